"""Embeddings of a dataset: every sample of every split through a frozen encoder, exactly once, joined by id."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from humancentric import images, logs, tables
from humancentric.encoders.interface import Encoder
from humancentric.errors import UserError
from humancentric.schemas import IMAGES, SAMPLES, embeddings
from humancentric.shards import TRAIN

Batch = tuple[list[str], np.ndarray]  # ids and their vectors (n, width) float32
REMEDY = "remove the file and run again"


def by_split(paths: Sequence[str | Path]) -> dict[str, str | Path]:
    """Return ``{split: path}`` of embedding files, which are called after their split."""
    return {Path(path).stem: path for path in paths}


def read_samples(path: str | Path, column: str | None = None) -> pa.Table:
    """Return id, split and, if named, the text `column` of a samples file."""
    wanted = ["id", "split"] + ([column] if column else [])
    samples = tables.read(path, SAMPLES, wanted)
    if column and column not in samples.column_names:
        raise UserError(f"{path}: no text column '{column}'; set `column` of the view to one of its columns")
    return samples


def fitted(encoder: Encoder, samples: pa.Table, column: str) -> Encoder:
    """Return `encoder`; one that learns from texts has then seen those of the training split and no others."""
    if encoder.fit is None:
        return encoder
    texts = of_splits(samples, [TRAIN]).column(column).to_pylist()
    return encoder.fit([text or "" for text in texts])


def embed_images(
    wanted: set[str], shards: Sequence[str | Path], encoder: Encoder, threads: int = 1
) -> Iterator[Batch]:
    """Yield the vectors of the pictures whose ids are `wanted`, shard by shard.

    One shard's files are in memory at a time; `threads` workers decode and resize the next batch while the
    model works on the present one. Raises `UserError` naming shard and id where a picture can't be decoded.
    """
    with ThreadPoolExecutor(max(1, threads)) as workers:
        for shard in logs.progress(shards, "embed", unit="shard"):
            rows = tables.read(shard, IMAGES, ["id", "image"])
            rows = rows.filter(pc.is_in(rows.column("id"), pa.array(sorted(wanted), pa.string())))
            starts = range(0, len(rows), encoder.batch)
            ahead = [
                _prepare(workers, rows.slice(start, encoder.batch), shard, encoder) for start in starts[:1]
            ]
            for start in starts:
                ids, futures = ahead.pop()
                if start + encoder.batch < len(rows):
                    following = rows.slice(start + encoder.batch, encoder.batch)
                    ahead.append(_prepare(workers, following, shard, encoder))
                yield ids, encoder.embed_prepared([future.result() for future in futures])


def embed_texts(samples: pa.Table, column: str, encoder: Encoder) -> Iterator[Batch]:
    """Yield the vectors of the texts in `column`; a missing text is the empty one."""
    ids = samples.column("id").to_pylist()
    texts = [text or "" for text in samples.column(column).to_pylist()]
    for start in logs.progress(range(0, len(ids), encoder.batch), "embed", unit="batch"):
        yield ids[start : start + encoder.batch], encoder.embed_texts(texts[start : start + encoder.batch])


def collect(ids: Sequence[str], batches: Iterator[Batch], width: int) -> np.ndarray:
    """Return (n, width) float32 with the vector of each of `ids`; every one must come exactly once."""
    position = {name: number for number, name in enumerate(ids)}
    vectors = np.empty((len(ids), width), np.float32)
    seen = np.zeros(len(ids), np.int64)
    for names, values in batches:
        where = [position[name] for name in names]
        np.add.at(seen, where, 1)
        vectors[where] = values
    for fault, found in (("without an image", seen == 0), ("more than once", seen > 1)):
        if found.any():
            first = ids[int(np.flatnonzero(found)[0])]
            raise UserError(
                f"{int(found.sum())} of {len(ids)} samples are there {fault} (first: id '{first}'); "
                "remove the dataset's images and run again"
            )
    return vectors


def write(
    outputs: Mapping[str, str | Path], samples: pa.Table, vectors: np.ndarray, metadata: dict[str, Any]
) -> None:
    """Write one embedding file per split named in `outputs`; `vectors` are in the order of `samples`."""
    width = vectors.shape[1]
    splits = np.asarray(samples.column("split").to_pylist(), dtype=object)
    for split, path in outputs.items():
        chosen = np.flatnonzero(splits == split)
        flat = pa.array(vectors[chosen].reshape(-1), pa.float32())
        table = pa.table(
            {
                "id": samples.column("id").take(pa.array(chosen)).combine_chunks(),
                "embedding": pa.FixedSizeListArray.from_arrays(flat, width),
            }
        )
        tables.write(path, table, embeddings(width), {**metadata, "split": split, "samples": len(chosen)})


def of_splits(samples: pa.Table, splits: Sequence[str]) -> pa.Table:
    """Return the rows of `samples` in one of `splits`, sorted by id."""
    chosen = samples.filter(pc.is_in(samples.column("split"), pa.array(list(splits), pa.string())))
    return chosen.take(pc.sort_indices(chosen.column("id")))


def texts_summary(samples: pa.Table, column: str, encoder: Encoder) -> dict[str, int]:
    """Return how many texts there are, are empty, and are longer than the encoder's context."""
    texts = [text or "" for text in samples.column(column).to_pylist()]
    return {
        "texts": len(texts),
        "empty": sum(not text.strip() for text in texts),
        "truncated": encoder.truncated(texts),
    }


def _prepare(
    workers: ThreadPoolExecutor, rows: pa.Table, shard: str | Path, encoder: Encoder
) -> tuple[list[str], list[Future[np.ndarray]]]:
    ids, files = rows.column("id").to_pylist(), rows.column("image").to_pylist()

    def prepare(name: str, data: bytes) -> np.ndarray:
        try:
            return encoder.prepare(images.decode(data))
        except images.ImageError as error:
            raise UserError(f"{shard}: picture of id '{name}' is {error}; {REMEDY}") from error

    return ids, [workers.submit(prepare, name, data) for name, data in zip(ids, files, strict=True)]
