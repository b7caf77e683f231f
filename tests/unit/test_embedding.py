import io

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from humancentric import embedding, encoders, tables
from humancentric.encoders.interface import Encoder
from humancentric.errors import UserError
from humancentric.schemas import IMAGES, SAMPLES, embeddings

SPLITS = ["train", "test"]


def jpeg(value):
    buffer = io.BytesIO()
    Image.new("RGB", (70, 80), (value, value, value)).save(buffer, "PNG")
    return buffer.getvalue()


def samples_table(splits, texts=None):
    """`splits`: id to split."""
    rows = len(splits)
    table = {
        "id": pa.array(list(splits), pa.string()),
        "split": pa.array(list(splits.values()), pa.string()),
        "labels": pa.array([["x"]] * rows, pa.list_(pa.string())),
        "release_date": pa.array([None] * rows, pa.date32()),
    }
    if texts is not None:
        table["title"] = pa.array(texts, pa.string())
    return pa.table(table)


@pytest.fixture
def shards(tmp_path):
    """Two shards: a=10, b=20, c=30 and d=40, e=50 (grey values)."""

    def write(name, pictures):
        table = pa.table(
            {
                "id": pa.array(list(pictures), pa.string()),
                "image": pa.array(list(pictures.values()), pa.large_binary()),
                "width": pa.array([70] * len(pictures), pa.int32()),
                "height": pa.array([80] * len(pictures), pa.int32()),
            }
        )
        tables.write(tmp_path / f"{name}.parquet", table, IMAGES)
        return tmp_path / f"{name}.parquet"

    return [
        write("0", {"a": jpeg(10), "b": jpeg(20), "c": jpeg(30)}),
        write("1", {"d": jpeg(40), "e": jpeg(50)}),
    ]


def grey(batch=2, width=2):
    """An encoder whose vector says the picture's grey value twice."""
    return Encoder(
        "encoders.grey",
        "image",
        width,
        batch,
        lambda pictures: np.array([[picture.mean()] * 2 for picture in pictures], np.float32),
    )


def run(shards, splits, encoder, threads=1):
    samples = embedding.of_splits(samples_table(splits), SPLITS)
    ids = samples.column("id").to_pylist()
    batches = embedding.embed_images(set(ids), shards, encoder, threads)
    return samples, embedding.collect(ids, batches, encoder.width)


@pytest.mark.parametrize("batch", [1, 2, 3, 50])
@pytest.mark.parametrize("threads", [1, 3])
def test_vectors_are_joined_by_id(shards, tmp_path, batch, threads):
    splits = {"e": "train", "a": "test", "c": "train", "d": "test"}  # b is no sample
    samples, vectors = run(shards[::-1], splits, grey(batch), threads)
    outputs = {split: tmp_path / f"{split}.parquet" for split in SPLITS}
    embedding.write(outputs, samples, vectors, {"encoder": "grey"})
    train = tables.read(outputs["train"], embeddings(2))
    assert train.to_pydict() == {"id": ["c", "e"], "embedding": [[30, 30], [50, 50]]}
    assert tables.read(outputs["test"], embeddings(2)).column("embedding").to_pylist() == [[10, 10], [40, 40]]
    assert tables.read_metadata(outputs["test"]) == {"encoder": "grey", "split": "test", "samples": 2}


def test_an_empty_split_is_a_table_without_rows(shards, tmp_path):
    samples, vectors = run(shards, {"a": "test"}, grey())
    embedding.write({"train": tmp_path / "train.parquet"}, samples, vectors, {})
    empty = tables.read(tmp_path / "train.parquet", embeddings(2))
    assert len(empty) == 0
    assert empty.schema.field("embedding").type == pa.list_(pa.float32(), 2)


def test_no_samples_at_all(shards, tmp_path):
    samples, vectors = run(shards, {}, grey())
    assert vectors.shape == (0, 2)
    embedding.write({"test": tmp_path / "test.parquet"}, samples, vectors, {})
    assert len(tables.read(tmp_path / "test.parquet", embeddings(2))) == 0


def test_other_splits_are_left_out(shards):
    samples, _ = run(shards, {"a": "test", "b": "later"}, grey())
    assert samples.column("id").to_pylist() == ["a"]


def test_a_sample_without_image_is_an_error(shards):
    with pytest.raises(
        UserError, match=r"2 of 3 samples are there without an image \(first: id 'x'\); remove"
    ):
        run(shards, {"a": "train", "y": "train", "x": "test"}, grey())


def test_a_sample_with_two_images_is_an_error(shards):
    with pytest.raises(UserError, match=r"3 of 4 samples are there more than once \(first: id 'a'\)"):
        run([*shards, shards[0]], dict.fromkeys("abcd", "train"), grey())


def test_a_broken_image_names_shard_and_id(shards):
    table = tables.read(shards[1], IMAGES).to_pydict()
    table["image"][1] = table["image"][1][:60]
    tables.write(shards[1], pa.table(table, IMAGES.empty().schema), IMAGES)
    with pytest.raises(
        UserError, match=r"1\.parquet: picture of id 'e' is unreadable: .*; remove the file"
    ) as error:
        run(shards, dict.fromkeys("abcde", "train"), grey())
    assert "\n" not in str(error.value)
    _, vectors = run(shards, dict.fromkeys("abcd", "train"), grey())  # a broken one that is no sample
    assert vectors[:, 0].tolist() == [10, 20, 30, 40]


def test_wrong_width_names_both(shards):
    with pytest.raises(UserError, match=r"^encoders\.grey\.width is 3, the model gives 2; set width: 2$"):
        run(shards, {"a": "train"}, grey(width=3))


def test_not_a_number_is_refused(shards):
    encoder = Encoder("encoders.x", "image", 1, 4, lambda pictures: np.full((len(pictures), 1), np.nan))
    with pytest.raises(UserError, match=r"encoders\.x: .*NaN"):
        run(shards, {"a": "train"}, encoder)


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
    samples = embedding.of_splits(embedding.read_samples(tmp_path / "samples.parquet", "title"), SPLITS)
    vectors = embedding.collect(["a", "b", "c"], embedding.embed_texts(samples, "title", encoder), 1)
    assert vectors.tolist() == [[0], [4], [1]]
    assert embedding.texts_summary(samples, "title", encoder) == {"texts": 3, "empty": 1, "truncated": 1}
    with pytest.raises(UserError, match=r"samples\.parquet: no text column 'plot'; set `column`"):
        embedding.read_samples(tmp_path / "samples.parquet", "plot")


def test_random_vectors_depend_on_content_alone(shards):
    row = {"modality": "image", "kind": "random", "width": 8, "seed": 0}
    encoder = encoders.load(row, "random")
    _, vectors = run(shards, dict.fromkeys("abcde", "train"), encoder)
    _, again = run(shards[::-1], dict.fromkeys("bd", "test"), encoder)
    assert (again == vectors[[1, 3]]).all()
    assert len(np.unique(vectors)) == vectors.size
