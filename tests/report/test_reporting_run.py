"""What the page says of a run: encoders by their embeddings, machine, revision, configuration."""

import os
import subprocess

import pyarrow as pa
import pytest

import reporting_scores as made
from humancentric.core import schemas, tables
from humancentric.report.page import run_facts
from humancentric.study.report_excerpt import effective
from studies import study_of

FACTS = {
    "row": {"kind": "sentence-transformers", "model": "mini", "weights": "somewhere"},
    **{"weights": {"file": "model.safetensors", "sha256": "ab" * 32}, "revision": "1a2b", "device": "cpu"},
    **{
        "dtype": "float32",
        "context": 256,
        "texts": 40,
        "truncated": 10,
        "empty": 1,
        "versions": {"torch": "2"},
    },
}


def write_embedding(results, dataset: str, part: str, facts: dict) -> None:
    rows = pa.table({"id": ["a"], "embedding": pa.array([[1.0, 2.0]], pa.list_(pa.float32(), 2))})
    tables.write(results / dataset / "embeddings" / part / "test.parquet", rows, schemas.embeddings(2), facts)


@pytest.fixture
def found(tmp_path):
    write_embedding(tmp_path, "demo-movies", "title.minilm", FACTS)
    write_embedding(tmp_path, "demo-movies", "plot.minilm", FACTS | {"device": "cuda", "truncated": 0})
    write_embedding(tmp_path, "demo-movies", "standard.other", FACTS)
    write_embedding(tmp_path, "elsewhere", "title.minilm", FACTS)
    return run_facts.embedded(tmp_path, ["demo-movies", "demo-covers"], ["minilm", "clip-demo"])


def test_encoders_are_told_by_their_embeddings(found):
    assert sorted(found) == [("demo-movies", "plot.minilm"), ("demo-movies", "title.minilm")]
    (row,) = run_facts.used(study_of(made.configuration()), found)
    assert (row["name"], row["model"]) == ("MiniLM", "sentence-transformers mini")
    assert row["weights"] == "somewhere, revision 1a2b"
    assert row["sha256"] == "ab" * 32
    assert row["input"] == "at most 256 tokens"
    assert row["device"] == "cuda float32; cpu float32"  # both, where embeddings differ


def test_the_effective_configuration_has_the_rows_of_the_study_alone():
    config = made.configuration("paper")
    found = effective(config, study_of(config))
    assert set(found["encoders"]) >= {"rn50", "bit-m", "clip", "bert-base", "bert-large", "clip-t"}
    assert not {"siglip2", "dinov2"} & set(found["encoders"])
    assert set(found["datasets"]) >= {"mvsa", "book-covers", "plotster", "plotster-recent"}
    assert "demo-movies" not in found["datasets"]
    assert set(found["protocols"]) == set(config["study"]["protocols"])
    assert "east" in found["detectors"]
    config["encoders"]["siglip2"]["batch"] = 7
    assert effective(config, study_of(config)) == found


def git(folder, *arguments):
    who = ["-c", "user.name=x", "-c", "user.email=x@localhost"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


def test_a_revision_says_whether_the_tree_is_clean(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert run_facts.revision(tmp_path) is None
    git(tmp_path, "init")
    (tmp_path / "file").write_text("one")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "-m", "x")
    assert run_facts.revision(tmp_path).endswith(", tree clean")
    (tmp_path / "file").write_text("two")
    assert run_facts.revision(tmp_path).endswith("with local changes in 1 file")


def test_a_machine_that_tells_little_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n")
    assert run_facts.processor(tmp_path / "cpuinfo") == "Some CPU @ 2 GHz"
    assert run_facts.processor(tmp_path / "none") == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run_facts.cards() == []
    assert "cores" in run_facts.machine()


def test_a_span_of_files_is_in_utc(tmp_path):
    assert run_facts.span([]) == ""
    for name, seconds in (("a", 0), ("b", 3600)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (seconds, seconds))
    assert run_facts.span(tmp_path.iterdir()) == "1970-01-01 00:00 UTC to 1970-01-01 01:00 UTC"
    assert run_facts.span([tmp_path / "a"]) == "1970-01-01 00:00 UTC"
