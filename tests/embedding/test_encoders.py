"""Encoders without heavy libraries: dispatch, chance level, the hub and the allocator."""

import subprocess
import sys

import numpy as np
import pytest
import yaml

from humancentric.core import registry
from humancentric.core.errors import UserError
from humancentric.embedding import encoders, hub, torch_runtime
from project import ROOT

RANDOM = {"modality": "text", "kind": "random", "width": 64, "seed": 1}


def test_unknown_kind_names_the_nearest():
    with pytest.raises(UserError, match=r"^encoders\.a\.kind is 'open_clip'; did you mean 'open-clip'\?$"):
        encoders.load({"kind": "open_clip"}, "a")


def test_the_schema_and_the_modules_have_the_same_kinds():
    schema = yaml.safe_load((ROOT / "workflow/schemas/encoders.schema.yaml").read_text())
    kinds = schema["additionalProperties"]["properties"]["kind"]["enum"]
    assert set(kinds) == set(registry.kinds(encoders.__name__))


def test_random_is_keyed_by_content_and_seed():
    first = encoders.load(RANDOM, "random-t").embed_texts(["a", "b", "a", ""])
    assert first.dtype == np.float32
    assert (first[0] == first[2]).all()
    assert not np.isclose(first[0], first[1]).any()
    assert (encoders.load(RANDOM, "random-t").embed_texts(["b"]) == first[1:2]).all()
    assert not np.isclose(
        encoders.load({**RANDOM, "seed": 2}, "random-t").embed_texts(["a"]), first[:1]
    ).any()


def test_random_of_pictures_sees_shape_and_pixels():
    encoder = encoders.load({**RANDOM, "modality": "image"}, "random")
    picture = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
    vectors = encoder.embed_images([picture, picture.copy(), picture.reshape(2, 4, 3), picture[::-1]])
    assert (vectors[0] == vectors[1]).all()
    assert len(np.unique(vectors.round(6), axis=0)) == 3


def test_random_looks_standard_normal():
    vectors = encoders.load(RANDOM, "random-t").embed_texts([f"text {number}" for number in range(200)])
    assert abs(vectors.mean()) < 0.05
    assert abs(vectors.std() - 1) < 0.05


def test_nothing_gives_no_vectors():
    assert encoders.load(RANDOM, "random-t").embed_texts([]).shape == (0, 64)


def test_random_does_not_import_torch():
    code = (
        "import sys; from humancentric.embedding import dataset_embedding, encoders\n"
        f"encoders.load({RANDOM!r}, 'random-t').embed_texts(['a'])\n"
        "print([name for name in ('torch', 'timm', 'transformers', 'open_clip') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr


def test_allocator_call_never_fails():
    assert torch_runtime.tune_malloc() in (True, False)


@pytest.fixture
def empty_cache(monkeypatch, tmp_path):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    return constants


FETCHES = {
    "file": lambda: hub.download("a/b", ["model.safetensors"], "encoders.x.weights"),
    "folder": lambda: hub.download("a/b", None, "encoders.x.weights"),
}


@pytest.mark.parametrize("fetch", FETCHES)
def test_without_network_one_line(empty_cache, monkeypatch, fetch):
    monkeypatch.setattr(empty_cache, "ENDPOINT", "http://127.0.0.1:9")
    message = r"^encoders\.x\.weights: weights of 'a/b' .* cannot be reached; run `snakemake fetch_weights`"
    with pytest.raises(UserError, match=message) as error:
        FETCHES[fetch]()
    assert "\n" not in str(error.value)


def test_offline_mode_is_named(empty_cache, monkeypatch):
    monkeypatch.setattr(empty_cache, "HF_HUB_OFFLINE", True)
    with pytest.raises(
        UserError, match=r"HF_HUB_OFFLINE forbids fetching them; run `snakemake fetch_weights`"
    ):
        FETCHES["file"]()


def cached(root, repository, *files):
    folder = root / f"models--{repository.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("f" * 40)
    snapshot = folder / "snapshots" / ("f" * 40)
    snapshot.mkdir(parents=True)
    for name in files:
        (snapshot / name).write_bytes(b"x")
    return snapshot


def test_the_cache_is_used_without_network(empty_cache, monkeypatch, tmp_path):
    monkeypatch.setattr(empty_cache, "ENDPOINT", "http://127.0.0.1:9")
    snapshot = cached(tmp_path, "a/b", "pytorch_model.bin", "config.json")
    assert hub.cached_folder("a/b", "x") == snapshot
    assert (
        hub.cached_file("a/b", ["model.safetensors", "pytorch_model.bin"], "x")
        == snapshot / "pytorch_model.bin"
    )


def test_a_folder_without_weights_is_an_interrupted_download(empty_cache, monkeypatch, tmp_path):
    monkeypatch.setattr(empty_cache, "ENDPOINT", "http://127.0.0.1:9")
    cached(tmp_path, "a/b", "config.json")
    with pytest.raises(UserError, match="cannot be reached"):
        hub.download("a/b", None, "x")
