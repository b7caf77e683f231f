"""Samples, shards of pictures and an encoder that takes no time, and a run on them."""

import io

import numpy as np
import pyarrow as pa
from PIL import Image

from humancentric.core import tables
from humancentric.core.schemas import embeddings
from humancentric.embedding import (
    dataset_embedding,
)
from humancentric.embedding.embedding_writer import EmbeddingWriter
from humancentric.embedding.encoder import Encoder

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


def grey(batch=2, width=2):
    """An encoder whose vector is the picture's grey value, twice."""
    return Encoder(
        "encoders.grey",
        "image",
        width,
        batch,
        lambda pictures: np.array([[picture.mean()] * 2 for picture in pictures], np.float32),
    )


def run(shards, splits, encoder, folder, threads=1, outputs=SPLITS):
    """Embed and write; return the vectors by id, over all splits."""
    samples = dataset_embedding.of_splits(samples_table(splits), outputs)
    writer = EmbeddingWriter(folder / "spool", encoder.width, {"encoder": encoder.config_path})
    dataset_embedding.embed_images(samples, shards, encoder, writer, threads)
    paths = {split: folder / f"{split}.parquet" for split in outputs}
    writer.write(paths, samples, {"encoder": "grey"})
    found = {}
    for path in paths.values():
        rows = tables.read(path, embeddings(encoder.width)).to_pydict()
        assert rows["id"] == sorted(rows["id"])
        found |= dict(zip(rows["id"], rows["embedding"], strict=True))
    return found
