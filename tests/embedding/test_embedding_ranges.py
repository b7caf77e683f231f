"""An embedding that is divided among jobs is that of one job, byte for byte."""

from dataclasses import replace

import numpy as np
import pytest
from small_embeddings import SPLITS, grey, samples_table

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.parallel import bounds
from humancentric.embedding import dataset_embedding, embedding_ranges, text_embedding
from humancentric.embedding.embedding_writer import EmbeddingWriter

IDS = {"a": "train", "b": "test", "c": "train", "d": "test", "e": "train"}


def whole(samples):
    return dataset_embedding.of_splits(samples, SPLITS)


def embedded(folder, samples, embed, encoder, **facts):
    """Embed and write `samples`; return the paths by split."""
    outputs = {split: folder / f"{split}.parquet" for split in SPLITS}
    metadata = {"encoder": "x", **encoder.description, **facts}
    writer = EmbeddingWriter(dataset_embedding.cache_folder(outputs), encoder.width, metadata)
    embed(samples, encoder, writer)
    writer.write(outputs, samples, metadata)
    return outputs


def pictures_in(chosen):
    return lambda samples, encoder, writer: dataset_embedding.embed_images(samples, chosen, encoder, writer)


def ranges(tmp_path, samples, shards, *encoders):
    """Embed one shard with each encoder; return the files of all ranges."""
    paths = []
    for number, (shard, encoder) in enumerate(zip(shards, encoders, strict=True)):
        some = embedding_ranges.in_shards(samples, [shard])
        folder = tmp_path / "ranges" / f"standard.grey.{number}-of-2"
        paths += embedded(folder, some, pictures_in([shard]), encoder).values()
    return paths


@pytest.mark.parametrize("jobs", [1, 2, 3, 7, 20])
def test_ranges_hold_every_item_once_and_in_order(jobs):
    pairs = [bounds(7, number, jobs) for number in range(jobs)]
    assert [item for begin, end in pairs for item in range(begin, end)] == list(range(7))
    sizes = {end - begin for begin, end in pairs}
    assert max(sizes) - min(sizes) <= 1


def test_ranges_of_shards_join_to_the_file_of_one_job(shards, tmp_path):
    samples = whole(samples_table(IDS))
    alone = embedded(tmp_path / "one" / "embeddings" / "standard.grey", samples, pictures_in(shards), grey())
    parts = ranges(tmp_path, samples, shards, grey(), grey())
    outputs = {
        split: tmp_path / "many" / "embeddings" / "standard.grey" / f"{split}.parquet" for split in SPLITS
    }
    embedding_ranges.join(parts, outputs, samples)
    for split in SPLITS:
        assert outputs[split].read_bytes() == alone[split].read_bytes()
    assert not list((tmp_path / "many").rglob("*.arrow"))
    assert not [path for path in (tmp_path / "many" / "spool").rglob("*") if path.is_file()]


def test_ranges_of_texts_join_to_the_file_of_one_job_with_its_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(text_embedding, "TEXTS", 2)
    monkeypatch.setattr(embedding_ranges, "TEXTS", 2)
    samples = whole(samples_table(IDS, ["x", "yy", None, "zzzz", "vvvvv"]))

    def forward(texts):  # depends on the other texts of the batch
        return np.array([[len(text), max(map(len, texts))] for text in texts], np.float32)

    encoder = replace(grey(), modality="text", forward=forward, description={"device": "cpu", "context": 9})

    def embed(samples, encoder, writer):
        text_embedding.embed_texts(samples, "title", encoder, writer)

    def counted(some):
        return text_embedding.texts_summary(some, "title", encoder)

    alone = embedded(tmp_path / "one" / "embeddings" / "title.x", samples, embed, encoder, **counted(samples))
    parts = []
    for number in range(4):  # of three parts
        some = embedding_ranges.of_texts(samples, number, 4)
        folder = tmp_path / "ranges" / f"title.x.{number}-of-4"
        parts += embedded(folder, some, embed, encoder, **counted(some)).values()
    outputs = {split: tmp_path / "many" / "embeddings" / "title.x" / f"{split}.parquet" for split in SPLITS}
    embedding_ranges.join(parts, outputs, samples)
    for split in SPLITS:
        assert outputs[split].read_bytes() == alone[split].read_bytes()
    assert tables.read_metadata(outputs["test"])["empty"] == 1


def test_a_missing_range_and_one_that_comes_twice_are_told(shards, tmp_path):
    samples = whole(samples_table(IDS))
    parts = ranges(tmp_path, samples, shards, grey(), grey())
    outputs = {
        split: tmp_path / "many" / "embeddings" / "standard.grey" / f"{split}.parquet" for split in SPLITS
    }
    with pytest.raises(UserError, match=r"2 of 5 samples have no image \(first: id '[de]'\)"):
        embedding_ranges.join(parts[:2], outputs, samples)
    with pytest.raises(UserError, match="2 of 5 samples occur more than once"):
        embedding_ranges.join([*parts, *parts[2:]], outputs, samples)


def test_ranges_on_several_cards_join_and_other_differences_are_told(shards, tmp_path):
    samples = whole(samples_table(IDS))
    cards = [replace(grey(), description={"device": name, "dtype": "float32"}) for name in ("B200", "A100")]
    parts = ranges(tmp_path, samples, shards, *cards)
    assert embedding_ranges.common_metadata(parts)["device"] == "A100 + B200"
    other = replace(cards[0], description={"device": "A100", "dtype": "bfloat16"})
    parts = ranges(tmp_path, samples, shards, cards[0], other)
    with pytest.raises(
        UserError, match=r"1-of-2/train.parquet: dtype is bfloat16, in .* it is float32; remove"
    ):
        embedding_ranges.common_metadata(parts)
