"""Embeddings are joined by id, and pictures or vectors that do not fit are errors."""

import io
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from small_embeddings import SPLITS, grey, run, samples_table

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import IMAGES, SAMPLES, embeddings
from humancentric.embedding import (
    dataset_embedding,
    diagnostics,
    embedding_writer,
    encoders,
    feature_vectors,
    text_embedding,
)
from humancentric.embedding.embedding_writer import EmbeddingWriter
from humancentric.embedding.encoder import Encoder


@pytest.mark.parametrize("batch", [1, 2, 3, 50])
@pytest.mark.parametrize("threads", [1, 3])
def test_vectors_are_joined_by_id(shards, tmp_path, batch, threads):
    splits = {"e": "train", "a": "test", "c": "train", "d": "test"}  # b is no sample
    run(shards[::-1], splits, grey(batch), tmp_path, threads)
    train = tables.read(tmp_path / "train.parquet", embeddings(2))
    assert train.to_pydict() == {"id": ["c", "e"], "embedding": [[30, 30], [50, 50]]}
    test = tmp_path / "test.parquet"
    assert tables.read(test, embeddings(2)).column("embedding").to_pylist() == [[10, 10], [40, 40]]
    assert tables.read_metadata(test) == {"encoder": "grey", "split": "test", "samples": 2}
    assert not (tmp_path / "spool").exists()


def test_a_file_of_several_row_groups_is_sorted_and_readable(shards, tmp_path, monkeypatch):
    monkeypatch.setattr(embedding_writer, "ROWS", 2)
    run(shards[::-1], dict.fromkeys("abcde", "train"), grey(), tmp_path)
    file = pq.ParquetFile(tmp_path / "train.parquet")
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [2, 2, 1]
    matrix, _ = feature_vectors.load(str(tmp_path / "train.parquet"), ["standard.grey"], list("abcde"))
    assert matrix[:, 0].tolist() == [10, 20, 30, 40, 50]
    some = diagnostics.vectors_in(tmp_path / "train.parquet", ["e", "b", "x"])
    assert {name: vector.tolist() for name, vector in some.items()} == {"b": [20, 20], "e": [50, 50]}


def test_an_empty_split_is_a_table_without_rows(shards, tmp_path):
    assert list(run(shards, {"a": "test"}, grey(), tmp_path)) == ["a"]
    empty = tables.read(tmp_path / "train.parquet", embeddings(2))
    assert len(empty) == 0
    assert empty.schema.field("embedding").type == pa.list_(pa.float32(), 2)


def test_no_samples_at_all(shards, tmp_path):
    assert run(shards, {}, grey(), tmp_path) == {}
    assert len(tables.read(tmp_path / "test.parquet", embeddings(2))) == 0


def test_other_splits_are_left_out(shards, tmp_path):
    assert list(run(shards, {"a": "test", "b": "later"}, grey(), tmp_path)) == ["a"]


def test_a_sample_without_image_is_an_error(shards, tmp_path):
    with pytest.raises(UserError, match=r"2 of 3 samples have no image \(first: id 'x'\); remove"):
        run(shards, {"a": "train", "y": "train", "x": "test"}, grey(), tmp_path)


def test_a_sample_with_two_images_is_an_error(shards, tmp_path):
    """Two pictures of shard 0 once more, in a shard of their own."""
    again = shards[0].with_name("2.parquet")
    tables.write(again, tables.read(shards[0], IMAGES).slice(1), IMAGES)
    with pytest.raises(UserError, match=r"2 of 4 samples occur more than once \(first: id 'b'\)"):
        run([*shards, again], dict.fromkeys("abcd", "train"), grey(), tmp_path)


def test_a_broken_image_names_shard_and_id(shards, tmp_path):
    table = tables.read(shards[1], IMAGES).to_pydict()
    table["image"][1] = table["image"][1][:60]
    tables.write(shards[1], pa.table(table, IMAGES.empty().schema), IMAGES)
    with pytest.raises(
        UserError, match=r"1\.parquet: picture of id 'e' is unreadable: .*; remove the file"
    ) as error:
        run(shards, dict.fromkeys("abcde", "train"), grey(), tmp_path)
    assert "\n" not in str(error.value)
    found = run(shards, dict.fromkeys("abcd", "train"), grey(), tmp_path)  # a broken one that is no sample
    assert {name: vector[0] for name, vector in found.items()} == {"a": 10, "b": 20, "c": 30, "d": 40}


def test_wrong_width_names_both(shards, tmp_path):
    with pytest.raises(UserError, match=r"^encoders\.grey\.width is 3, the model gives 2; set width: 2$"):
        run(shards, {"a": "train"}, grey(width=3), tmp_path)


def test_not_a_number_is_refused(shards, tmp_path):
    encoder = Encoder("encoders.x", "image", 1, 4, lambda pictures: np.full((len(pictures), 1), np.nan))
    with pytest.raises(UserError, match=r"encoders\.x: .*NaN"):
        run(shards, {"a": "train"}, encoder, tmp_path)


def test_wrong_modality_is_refused():
    with pytest.raises(UserError, match=r"encoders\.grey\.modality is image"):
        grey().embed_texts(["a"])


def test_texts_are_joined_by_id_and_counted(tmp_path):
    encoder = Encoder(
        "encoders.length",
        "text",
        1,
        2,
        lambda texts: np.array([[len(text)] for text in texts], np.float32),
        truncated=lambda texts: sum(len(text) > 3 for text in texts),
    )
    tables.write(
        tmp_path / "samples.parquet",
        samples_table({"b": "train", "a": "test", "c": "test"}, ["four", None, "\N{CLAPPER BOARD}"]),
        SAMPLES,
    )
    samples = dataset_embedding.of_splits(
        dataset_embedding.read_samples(tmp_path / "samples.parquet", "title"), SPLITS
    )
    writer = EmbeddingWriter(tmp_path / "spool", 1, {})
    assert text_embedding.embed_texts(samples, "title", encoder, writer).embedded == 3
    writer.write({"test": tmp_path / "test.parquet", "train": tmp_path / "train.parquet"}, samples, {})
    assert tables.read(tmp_path / "test.parquet", embeddings(1)).to_pydict() == {
        "id": ["a", "c"],
        "embedding": [[0], [1]],
    }
    assert diagnostics.vectors_in(tmp_path / "train.parquet", ["b"])["b"].tolist() == [4]
    assert text_embedding.texts_summary(samples, "title", encoder) == {
        "texts": 3,
        "empty": 1,
        "truncated": 1,
    }
    with pytest.raises(UserError, match=r"samples\.parquet: no text column 'plot'; set `column`"):
        dataset_embedding.read_samples(tmp_path / "samples.parquet", "plot")


def test_random_vectors_depend_on_content_alone(shards, tmp_path):
    row = {"modality": "image", "kind": "random", "width": 8, "seed": 0}
    encoder = encoders.load(row, "random")
    found = run(shards, dict.fromkeys("abcde", "train"), encoder, tmp_path)
    again = run(shards[::-1], dict.fromkeys("bd", "test"), encoder, tmp_path)
    assert again == {name: found[name] for name in "bd"}
    assert len(np.unique(list(found.values()))) == 40


def test_a_file_made_with_another_row_is_refused(shards, tmp_path):
    row = {"kind": "timm", "model": "a"}
    samples = dataset_embedding.of_splits(samples_table({"a": "train"}), SPLITS)
    writer = EmbeddingWriter(tmp_path / "spool", 2, {})
    dataset_embedding.embed_images(samples, shards, grey(), writer)
    path = tmp_path / "train.parquet"
    writer.write({"train": path}, samples, {"encoder": "grey", "row": row})
    assert diagnostics.check_row(path, row)["samples"] == 1
    with pytest.raises(UserError, match=r"made with model 'a', the row of encoder 'grey' says 'b'; remove"):
        diagnostics.check_row(path, {**row, "model": "b"})
    with pytest.raises(UserError, match=r"made with dtype None, the row of encoder 'grey' says 'bfloat16'"):
        diagnostics.check_row(path, {**row, "dtype": "bfloat16"})


def test_scaled_decoding_reaches_the_decoder(tmp_path):
    """A JPEG of 800 pixels, of which 200 are needed, is decoded to a smaller one."""
    buffer = io.BytesIO()
    Image.new("RGB", (800, 1200), (200, 100, 50)).save(buffer, "JPEG")
    columns = {"id": ["a"], "image": [buffer.getvalue()], "width": [800], "height": [1200]}
    tables.write(tmp_path / "0.parquet", pa.table(columns, IMAGES.empty().schema), IMAGES)
    sizes = []
    for scaled in (None, 200):
        encoder = replace(grey(), prepare=lambda image: sizes.append(image.shape) or image, scaled=scaled)
        writer = EmbeddingWriter(tmp_path / f"cache-{scaled}", 2, None)
        dataset_embedding.embed_images(
            samples_table({"a": "train"}), [tmp_path / "0.parquet"], encoder, writer
        )
    assert sizes == [(1200, 800, 3), (300, 200, 3)]


def test_the_stages_of_a_job_add_up_to_its_time(shards, tmp_path):
    samples = dataset_embedding.of_splits(samples_table({name: "test" for name in "abcde"}), ["test"])
    writer = EmbeddingWriter(tmp_path / "spool", 2, "grey")
    found = dataset_embedding.embed_images(samples, shards, grey(), writer, 3)
    assert (found.embedded, found.unit, found.decoders) == (5, "pictures", 3)
    assert all(found.stages[name] > 0 for name in ("reading", "decoding", "waiting", "forward", "writing"))
    assert found.stages["transfer"] == 0
    beside = found.stages["decoding"]
    assert sum(found.stages.values()) - beside <= found.seconds
    assert found.bound > 0


def test_processes_beside_a_card_give_the_vectors_of_threads_and_their_errors(shards, tmp_path):
    splits = {name: "test" for name in "abcde"}
    card = replace(grey(), description={"device": "a card"})
    threads, processes = (
        run(shards, splits, encoder, tmp_path / name, 2)
        for name, encoder in {"threads": grey(), "card": card}.items()
    )
    assert sorted(threads) == list("abcde")
    assert threads == processes
    table = tables.read(shards[1], IMAGES)
    broken = pa.array([b"no picture", *table.column("image").to_pylist()[1:]], pa.large_binary())
    tables.write(shards[1], table.set_column(table.column_names.index("image"), "image", broken), IMAGES)
    with pytest.raises(UserError, match="picture of id 'd' is unreadable"):
        run(shards, splits, card, tmp_path / "broken", 2)
