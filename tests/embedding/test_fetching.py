"""Fetching and pinning weights against a hub on this machine."""

import hashlib
import io
import subprocess
import sys

import pytest
import yaml

from hub_stand_in import COMMIT, Hub
from humancentric.core.errors import UserError
from humancentric.core.files import write_json
from humancentric.embedding import encoders, hub, weights_lock
from humancentric.embedding.encoders import open_clip as open_clip_kind

torch = pytest.importorskip("torch")
timm = pytest.importorskip("timm")

MODEL = "test_resnet.r160_in1k"
REPOSITORY = "timm/test_resnet.r160_in1k"
ROW = {"modality": "image", "kind": "timm", "model": MODEL, "weights": "pretrained", "width": 128}


@pytest.fixture(scope="module")
def weights():
    torch.manual_seed(0)
    buffer = io.BytesIO()
    torch.save(timm.create_model(MODEL.split(".")[0], num_classes=1000).state_dict(), buffer)
    return buffer.getvalue()


@pytest.fixture
def server(weights, monkeypatch, tmp_path):
    from huggingface_hub import constants

    server = Hub({REPOSITORY: {"config.json": b"{}", "pytorch_model.bin": weights}})
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", server.endpoint)
    template = f"{server.endpoint}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    yield server
    server.close()


def test_the_first_fetch_is_recorded_and_the_job_needs_no_network(server, weights, tmp_path):
    lock = tmp_path / "weights.lock"
    pin = weights_lock.fetch(ROW, "tiny", lock)
    digest = hashlib.sha256(weights).hexdigest()
    assert pin == (REPOSITORY, "pytorch_model.bin", COMMIT, digest)
    entry = {"revision": COMMIT, "sha256": digest}
    assert yaml.safe_load(lock.read_text()) == {REPOSITORY: {"pytorch_model.bin": entry}}
    asked = len(server.asked)
    assert weights_lock.fetch(ROW, "tiny", lock) == pin  # out of the cache
    write_json(tmp_path / "tiny.json", pin._asdict())
    row = encoders.pinned(ROW, tmp_path / "tiny.json")
    assert (row["revision"], row["sha256"]) == (COMMIT, digest)
    encoder = encoders.load({**row, "width": timm.create_model(MODEL.split(".")[0]).num_features}, "tiny")
    assert encoder.description["weights"]["sha256"] == digest
    assert len(server.asked) == asked


def test_other_weights_under_the_same_name_are_refused(server, tmp_path):
    lock = tmp_path / "weights.lock"
    entry = {"revision": COMMIT, "sha256": "0" * 64}
    lock.write_text(yaml.safe_dump({REPOSITORY: {"pytorch_model.bin": entry}}))
    with pytest.raises(
        UserError, match=r"weights\.lock: pytorch_model\.bin of 'timm/test.* expected 000"
    ) as error:
        weights_lock.fetch(ROW, "tiny", lock)
    assert "\n" not in str(error.value)
    assert yaml.safe_load(lock.read_text())[REPOSITORY]["pytorch_model.bin"] == entry
    with pytest.raises(UserError, match=r"encoders\.tiny\.weights: .* has sha256 .*, expected 111"):
        weights_lock.fetch({**ROW, "sha256": "1" * 64}, "tiny", tmp_path / "other.lock")


def test_absent_and_offline_is_one_line_with_the_command(server, tmp_path):
    with pytest.raises(
        UserError, match=r"weights of 'timm/test.*' are not on this machine; run `snakemake fetch_weig"
    ):
        encoders.load(ROW, "tiny")
    assert server.asked == []  # a job never asks the network


def test_a_folder_is_fetched_with_its_configuration(server, tmp_path):
    files = {
        "config.json": b"{}",
        "modules.json": b"[]",
        "model.safetensors": b"numbers",
        "onnx/model.onnx": b"x",
    }
    server.repositories["a/b"] = files
    row = {"modality": "text", "kind": "sentence-transformers", "model": "a/b", "width": 3}
    pin = weights_lock.fetch(row, "x", tmp_path / "weights.lock")
    assert (pin.file, pin.sha256) == ("model.safetensors", hashlib.sha256(b"numbers").hexdigest())
    folder = hub.cached_folder("a/b", "x")
    assert sorted(file.name for file in folder.iterdir()) == [
        "config.json",
        "model.safetensors",
        "modules.json",
    ]


def test_the_lock_is_sorted_and_names_each_file_once(tmp_path):
    lock = tmp_path / "weights.lock"
    pins = [weights_lock.Pin(f"a/{name}", "model.bin", COMMIT, name * 64) for name in "cab"]
    assert [weights_lock.record(lock, pin) for pin in [*pins, pins[0]]] == [True, True, True, False]
    text = lock.read_text()
    assert text.startswith("# Written by")
    assert text.index("a/a") < text.index("a/b") < text.index("a/c")
    assert weights_lock.revision_of(lock, "a/b") == COMMIT
    assert weights_lock.revision_of(lock, "a/z") is None


def test_a_spoilt_lock_is_named(tmp_path):
    (tmp_path / "weights.lock").write_text("- 1\n")
    with pytest.raises(UserError, match=r"weights\.lock: not a lock of weights .*; restore it with git"):
        weights_lock.read(tmp_path / "weights.lock")


def test_two_fetches_at_once_both_end_up_in_the_lock(tmp_path):
    code = (
        "import sys; from pathlib import Path; from humancentric.embedding import weights_lock\n"
        "for number in range(20):\n"
        "    pin = weights_lock.Pin(f'{sys.argv[1]}/{number}', 'f', 'r', 's')\n"
        "    weights_lock.record(Path(sys.argv[2]), pin)\n"
    )
    lock = tmp_path / "weights.lock"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, name, str(lock)], env={"PYTHONPATH": ":".join(sys.path)}
        )
        for name in "ab"
    ]
    assert [process.wait() for process in running] == [0, 0]
    assert len(weights_lock.read(lock)) == 40


def test_a_tokenizer_is_fetched_beside_weights_of_the_same_repository(server):
    server.repositories["a/clip"] = {"tokenizer.json": b"{}", "model.safetensors": b"numbers"}
    hub.download("a/clip", ["model.safetensors"], "x")
    folder = hub.download_tokenizer("a/clip", "x")
    assert (folder / "tokenizer.json").read_bytes() == b"{}"
    asked = len(server.asked)
    assert hub.download_tokenizer("a/clip", "x") == folder
    assert len(server.asked) == asked


def test_a_tokenizer_that_cannot_be_fetched_is_one_line(server):
    with pytest.raises(UserError, match=r"x: fetching 'a/nowhere' failed .*; try again"):
        hub.download_tokenizer("a/nowhere", "x")


def test_a_tokenizer_of_another_repository_is_in_the_lock_too(server, tmp_path, monkeypatch):
    server.repositories |= {
        "a/clip": {"open_clip_model.safetensors": b"numbers"},
        "a/words": {"tokenizer.json": b"{}", "config.json": b"{}", "model.safetensors": b"not asked for"},
    }
    files = hub.HubFiles("a/clip", ["open_clip_model.safetensors"], "a/words")
    monkeypatch.setattr(open_clip_kind, "hub_files", lambda row, config_path: files)
    row, lock = {"modality": "text", "kind": "open-clip", "model": "x", "width": 3}, tmp_path / "weights.lock"
    weights_lock.fetch(row, "x", lock)
    known = weights_lock.read(lock)
    assert sorted(known["a/words"]) == ["config.json", "tokenizer.json"]
    assert known["a/words"]["tokenizer.json"]["sha256"] == hashlib.sha256(b"{}").hexdigest()
    known["a/words"]["tokenizer.json"]["sha256"] = "0" * 64
    lock.write_text(yaml.safe_dump(known))
    with pytest.raises(UserError, match=r"weights\.lock: tokenizer\.json of 'a/words' has sha256"):
        weights_lock.fetch(row, "x", lock)
