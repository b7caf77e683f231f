"""A killed job continues behind its last part, unless pictures, encoder or the part itself have changed."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from small_embeddings import SPLITS, jpeg, run, samples_table

from humancentric.core import tables
from humancentric.core.schemas import IMAGES
from humancentric.embedding import (
    dataset_embedding,
    text_embedding,
)
from humancentric.embedding.embedding_writer import EmbeddingWriter
from humancentric.embedding.encoder import Encoder


def counting(calls, fail_at=None):
    """An encoder that records the grey values it sees, and fails at `fail_at`."""

    def forward(pictures):
        values = [int(picture.mean()) for picture in pictures]
        if fail_at in values:
            raise KeyboardInterrupt
        calls.extend(values)
        return np.array([[value] * 2 for value in values], np.float32)

    return Encoder("encoders.grey", "image", 2, 2, forward)


def test_a_killed_job_continues_with_the_next_shard(shards, tmp_path):
    splits, calls = dict.fromkeys("abcde", "train"), []
    with pytest.raises(KeyboardInterrupt):
        run(shards, splits, counting(calls, fail_at=50), tmp_path)
    assert calls == [10, 20, 30]
    calls.clear()
    found = run(shards, splits, counting(calls), tmp_path)
    assert calls == [40, 50]
    assert found == {name: [value, value] for name, value in zip("abcde", [10, 20, 30, 40, 50], strict=True)}


def test_parts_of_other_pictures_or_encoders_are_not_restored(shards, tmp_path):
    splits, calls = dict.fromkeys("abcde", "train"), []
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            run(shards, splits, counting(calls, fail_at=50), tmp_path)
    assert calls == [10, 20, 30]
    # another picture under the same id
    table = tables.read(shards[0], IMAGES).to_pydict()
    table["image"][2] = jpeg(31)
    tables.write(shards[0], pa.table(table, IMAGES.empty().schema), IMAGES)
    with pytest.raises(KeyboardInterrupt):
        run(shards, splits, counting(calls, fail_at=50), tmp_path)
    assert calls == [10, 20, 30, 10, 20, 31]
    # another encoder
    other = replace(counting(calls), config_path="encoders.other")
    assert len(run(shards, splits, other, tmp_path)) == 5
    assert calls[6:] == [10, 20, 31, 40, 50]


def test_a_killed_job_on_texts_continues_with_the_next_part(tmp_path, monkeypatch):
    monkeypatch.setattr(text_embedding, "TEXTS", 2)
    samples = dataset_embedding.of_splits(
        samples_table(dict.fromkeys("abc", "train"), ["x", "yy", "zzz"]), SPLITS
    )
    seen = []

    def length(longest):
        def forward(texts):
            if max(map(len, texts)) > longest:
                raise KeyboardInterrupt
            seen.extend(texts)
            return np.array([[len(text)] for text in texts], np.float32)

        return Encoder("encoders.length", "text", 1, 8, forward)

    with pytest.raises(KeyboardInterrupt):
        text_embedding.embed_texts(samples, "title", length(2), EmbeddingWriter(tmp_path / "spool", 1, {}))
    writer = EmbeddingWriter(tmp_path / "spool", 1, {})
    throughput = text_embedding.embed_texts(samples, "title", length(3), writer)
    assert (seen, throughput.embedded, throughput.restored) == (["x", "yy", "zzz"], 1, 2)
    assert throughput.stages["reading"] > 0
    assert throughput.stages["forward"] > 0


def test_a_damaged_part_is_made_again(tmp_path):
    writer = EmbeddingWriter(tmp_path / "spool", 2, {})
    writer.add("one", ["a"], np.ones((1, 2), np.float32))
    writer.add("two", ["b"], np.ones((1, 2), np.float32))
    part = tmp_path / "spool" / "one"
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    again = EmbeddingWriter(tmp_path / "spool", 2, {})
    assert (again.restore("one"), again.restore("two"), again.restore("three")) == (False, True, False)
    assert set(again.by_id()) == {"b"}
