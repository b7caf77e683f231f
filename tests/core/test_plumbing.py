import errno
import hashlib
import logging
import os
import re
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humancentric.core import files, tables
from humancentric.core.errors import UserError, nearest
from humancentric.core.hashing import (
    hash_integer,
    hash_order,
    hashed_generator,
    shard_names,
    shard_of,
    split_of,
)
from humancentric.core.schemas import IMAGES, REJECTS, SAMPLES, embeddings
from project import ROOT


def rejects(*ids: str) -> pa.Table:
    rows = [{"id": name, "stage": "image", "reason": "missing", "detail": ""} for name in ids]
    return pa.Table.from_pylist(rows, schema=pa.schema(list(REJECTS.columns.items())))


def test_tables_come_back_sorted_with_their_metadata(tmp_path):
    path = tmp_path / "rejects.parquet"
    tables.write(path, rejects("b", "a", "c"), REJECTS, {"films": 3})
    assert tables.read(path, REJECTS)["id"].to_pylist() == ["a", "b", "c"]
    assert tables.read(path, REJECTS, ["reason"]).column_names == ["reason"]
    assert tables.read_metadata(path) == {"films": 3}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (SAMPLES, ("rejects.parquet", "'split'", "string", "nothing")),
        (IMAGES, ("'image'", "large_binary", "nothing")),
        (embeddings(3), ("'embedding'", "fixed_size_list", "nothing")),
    ],
)
def test_a_file_of_another_schema_is_named_with_column_expected_and_found(tmp_path, schema, words):
    path = tmp_path / "rejects.parquet"
    tables.write(path, rejects("a"), REJECTS)
    with pytest.raises(UserError) as error:
        tables.read(path, schema)
    assert all(word in str(error.value) for word in words)


def test_columns_that_do_not_belong_are_refused(tmp_path):
    extra = rejects("a").append_column("colour", pa.array(["red"]))
    with pytest.raises(UserError, match="'colour' does not belong"):
        tables.write(tmp_path / "x.parquet", extra, REJECTS)


def test_missing_and_broken_files_are_user_errors(tmp_path):
    with pytest.raises(UserError, match="missing"):
        tables.read(tmp_path / "none.parquet", REJECTS)
    (tmp_path / "half.parquet").write_bytes(b"PAR1 cut short")
    with pytest.raises(UserError, match="not a readable Parquet file"):
        tables.read(tmp_path / "half.parquet", REJECTS)


def fail_to_write(path, text):
    with files.atomic(path) as temporary:
        temporary.write_text(text)
        raise KeyboardInterrupt


def test_an_interrupted_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "kept.txt"
    files.write_text(path, "old")
    with pytest.raises(KeyboardInterrupt):
        fail_to_write(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["kept.txt"]


def test_what_a_killed_writer_left_is_removed_and_a_living_one_s_is_not(tmp_path):
    process = subprocess.Popen(["true"])
    process.wait()
    dead, living = (tmp_path / f".kept.txt.{pid}.tmp" for pid in (process.pid, os.getppid()))
    dead.write_text("half")
    living.write_text("half")
    files.write_text(tmp_path / "kept.txt", "whole")
    assert not dead.exists()
    assert living.exists()


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "kept.txt"
    files.write_text(path, "old")
    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(UserError, match=r"kept.txt: cannot write \(No space left on device\); make room"):
        files.write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["kept.txt"]


@given(st.text(min_size=1), st.integers(1, 4096))
def test_a_shard_follows_from_the_id_alone(sample, shards):
    assert shard_of(sample, shards) in shard_names(shards)
    assert shard_of(sample, shards) == shard_of(sample, shards)


@given(st.text(min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_test_share_never_moves_a_test_sample_to_train(sample, one, other):
    small, large = sorted((one, other))
    if split_of(sample, small) == "test":
        assert split_of(sample, large) == "test"


def test_the_split_share_is_met_and_its_ends_are_exact():
    ids = [str(number) for number in range(20_000)]
    share = sum(split_of(name, 0.09003) == "test" for name in ids) / len(ids)
    assert share == pytest.approx(0.09003, abs=0.006)  # three standard deviations
    assert {split_of(name, 1.0) for name in ids} == {"test"}
    assert {split_of(name, 0.0) for name in ids} == {"train"}


def test_known_shard_and_split():
    # sha256("550") mod 16 and sha256("split:550") / 2**256, worked out with sha256sum and bc
    assert shard_of("550", 16) == f"{int(_sha('550'), 16) % 16:02d}"
    assert split_of("550", 0.5) == ("test" if int(_sha("split:550")[0], 16) < 8 else "train")


def _sha(text: str) -> str:
    answer = subprocess.run(["sha256sum"], input=text.encode(), capture_output=True, check=True)
    return answer.stdout.split()[0].decode()


def test_hashed_orders_and_generators_are_those_of_sha256():
    def digest(key: str) -> bytes:
        return hashlib.sha256(key.encode()).digest()

    names = ["b", "a", "ü", "film-7"]
    assert hash_order(names, 3) == sorted(names, key=lambda name: digest(f"3:{name}"))
    assert hash_order(names[::-1], 3) == hash_order(names, 3)
    assert hash_integer(b"film-7") == hash_integer("film-7") == int(digest("film-7").hex(), 16)
    seeded = np.random.default_rng(int.from_bytes(digest("0:5:a"), "big"))
    assert hashed_generator(0, 5, "a").random() == seeded.random()


def test_nearest_name():
    assert nearest("clipp", ["clip", "minilm"]) == "; did you mean 'clip'?"
    assert nearest("zzz", ["clip", "minilm"]) == "; valid: clip, minilm"


@pytest.mark.parametrize(
    ("failure", "shown", "hidden"),
    [
        (
            "from humancentric.core.errors import UserError; raise UserError('place value; remedy')",
            "place value; remedy",
            "Traceback",
        ),
        ("1 / 0", "ZeroDivisionError", "place"),
    ],
)
def test_what_a_job_dies_of_is_in_its_log_and_on_stderr(tmp_path, failure, shown, hidden):
    code = f"from humancentric.core import logs; logs.start({str(tmp_path / 'x' / 'job.log')!r}); {failure}"
    env = {"PYTHONPATH": str(ROOT / "workflow" / "scripts"), "PATH": os.environ["PATH"]}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert run.returncode != 0
    for text in (run.stderr, (tmp_path / "x" / "job.log").read_text()):
        assert shown in text
        assert hidden not in text
        assert "memory" not in text


@pytest.mark.skipif(sys.platform != "linux", reason="no /proc")
@pytest.mark.parametrize("megabytes", [100, 300])
def test_a_job_ends_with_the_memory_that_it_took_at_most(tmp_path, megabytes):
    code = (
        f"from humancentric.core import logs; logs.start({str(tmp_path / 'job.log')!r})\n"
        f"bytearray({megabytes} * 10**6)"  # touched and given back
    )
    env = {"PYTHONPATH": str(ROOT / "workflow" / "scripts"), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", code], check=True, env=env)
    last = (tmp_path / "job.log").read_text().splitlines()[-1]
    peak = float(re.search(r"INFO memory: (\d+) MB at most$", last)[1])
    assert megabytes < peak < megabytes + 80


def test_progress_is_silent_without_a_terminal(capsys):
    from humancentric.core.logs import progress, stage

    with stage("counting"):
        assert list(progress(range(3), "counting")) == [0, 1, 2]
    assert capsys.readouterr().err == ""
    logging.getLogger("humancentric").handlers.clear()


def test_vectors_become_lists_and_metadata_come_back():
    schema = embeddings(3)
    vectors = np.arange(6, dtype=np.float64).reshape(2, 3).T[:, ::-1].T  # not contiguous
    column = tables.fixed_size_lists(vectors, 3)
    assert column.type == schema.columns["embedding"]
    assert column.to_pylist() == vectors.tolist()
    text = '{"a": 1, "b": "é"}'.encode()
    checksum = hashlib.sha256(text).hexdigest().encode()
    encoded = {b"humancentric": text, b"humancentric.sha256": checksum}
    assert tables.encode_metadata({"b": "é", "a": 1}) == encoded
