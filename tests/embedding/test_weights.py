import hashlib

import pytest

from humancentric.core.errors import UserError
from humancentric.core.weights import locate, weights_file

CONTENT = b"numbers"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(CONTENT)
    return path


def test_a_path_is_returned_as_it_is(file):
    assert locate(str(file)) == file
    assert locate(str(file), SHA256.upper()) == file


def test_a_file_inside_a_package_is_found_without_importing_it(monkeypatch, tmp_path):
    package = tmp_path / "explosive_package"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / "net.pth").write_bytes(CONTENT)
    monkeypatch.syspath_prepend(tmp_path)
    assert locate("package:explosive_package/net.pth", SHA256) == package / "net.pth"
    assert locate("package:explosive_package", SHA256) == package / ""


@pytest.mark.parametrize(
    "spec", ["package:no_such_package", "package:no_such_package/a.pth", "package:a b", "package:"]
)
def test_missing_package_names_place_and_remedy(spec):
    with pytest.raises(
        UserError, match=r"^encoders\.x\.weights: Python package .* is not installed; run `make`"
    ):
        locate(spec, config_path="encoders.x.weights")


def test_missing_files_name_place_file_and_remedy():
    with pytest.raises(
        UserError, match=r"^detectors\.east\.weights: nowhere/east\.pb is missing; put the file there"
    ):
        locate("nowhere/east.pb", config_path="detectors.east.weights")
    with pytest.raises(UserError, match=r"numpy/nowhere\.pth is missing; .*locked"):
        locate("package:numpy/nowhere.pth")


def test_wrong_checksum_names_both(file):
    with pytest.raises(
        UserError, match=f"has sha256 {SHA256}, expected {'0' * 64}; fetch the file again"
    ) as error:
        locate(str(file), "0" * 64)
    assert "\n" not in str(error.value)


def test_folder_needs_exactly_one_weights_file(file):
    folder = file.parent
    (folder / "config.json").write_text("{}")
    (folder / "model.onnx").write_bytes(b"the same weights in another format")
    assert weights_file(folder) == file
    assert weights_file(file) == file
    (folder / "second.safetensors").write_bytes(CONTENT)
    with pytest.raises(UserError, match=r"several weights files \(model\.safetensors, second\.safetensors\)"):
        weights_file(folder)
    (folder / "empty").mkdir()
    with pytest.raises(UserError, match="holds no weights"):
        weights_file(folder / "empty")
