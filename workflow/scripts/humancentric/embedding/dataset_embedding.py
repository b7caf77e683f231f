"""Embed every sample of a dataset exactly once with a frozen encoder."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core import images, logs, tables
from humancentric.core.errors import UserError
from humancentric.core.hashing import TRAIN
from humancentric.core.parallel import ordered_map
from humancentric.core.processes import ordered_process_map
from humancentric.core.schemas import IMAGES, SAMPLES
from humancentric.embedding.embedding_writer import EmbeddingWriter, part_key
from humancentric.embedding.encoder import Encoder
from humancentric.embedding.throughput import DECODING, READING, WAITING, WRITING, Throughput

T = TypeVar("T")
REMEDY = "remove the file and run again"
TEXTS = 4096  # texts of one part: so many are embedded again after a killed job
PREFETCHED = 2  # batches that are decoded while the model works on another


class _Picture(NamedTuple):
    part: str  # key of its part
    shard: str | Path
    id: str
    data: bytes
    last: bool  # of its part


def by_split(paths: Sequence[str | Path]) -> dict[str, str | Path]:
    """Return ``{split: path}`` of embedding files, whose names are their splits."""
    return {Path(path).stem: path for path in paths}


def read_samples(path: str | Path, column: str | None = None) -> pa.Table:
    """Return id, split and, if named, the text `column` of a samples file."""
    wanted = ["id", "split"] + ([column] if column else [])
    samples = tables.read(path, SAMPLES, wanted)
    if column and column not in samples.column_names:
        raise UserError(f"{path}: no text column '{column}'; set `column` of the view to one of its columns")
    return samples


def of_splits(samples: pa.Table, splits: Sequence[str]) -> pa.Table:
    """Return the rows of `samples` in one of `splits`, sorted by id."""
    chosen = samples.filter(pc.is_in(samples.column("split"), pa.array(list(splits), pa.string())))
    return chosen.take(pc.sort_indices(chosen.column("id")))


def fitted(encoder: Encoder, samples: pa.Table, column: str) -> Encoder:
    """Return `encoder`, fitted to the texts of the training split if it is of a kind that learns from texts."""
    if encoder.fit is None:
        return encoder
    texts = of_splits(samples, [TRAIN]).column(column).to_pylist()
    return encoder.fit([text or "" for text in texts])


def cache_folder(outputs: Mapping[str, str | Path]) -> Path:
    """Return the folder for the finished parts of a job with these outputs, beside the dataset's embeddings."""
    first = Path(next(iter(outputs.values())))
    return first.parents[2] / "spool" / "embeddings" / f"{first.parent.name}.{'.'.join(outputs)}"


def decoding_threads(encoder: Encoder, threads: int) -> int:
    """Return how many of `threads` decode pictures: all beside a GPU, a quarter beside a model on the CPU."""
    return threads if on_card(encoder) else max(1, threads // 4)


def on_card(encoder: Encoder) -> bool:
    """Return whether the model runs on a graphics card."""
    return encoder.description.get("device", "cpu") != "cpu"


def embed_images(
    samples: pa.Table,
    shards: Sequence[str | Path],
    encoder: Encoder,
    writer: EmbeddingWriter,
    threads: int = 1,
) -> Throughput:
    """Add the vectors of the pictures of `samples` to `writer`, one part per shard; return the throughput.

    At most two shards are in memory at a time; `threads` threads decode and resize the next batches while the model
    works on the present one. Beside a card these are processes, because threads would wait for the interpreter's lock.
    Shards that an earlier run has embedded are restored. Raises `UserError` naming shard and id where a picture cannot
    be decoded.
    """
    throughput, begin = Throughput(decoders=max(1, threads)), time.perf_counter()
    size = encoder.batch * encoder.parallel_batches
    pictures = _pictures(samples, shards, writer, throughput)
    prepare = partial(_prepare, encoder.prepare, encoder.scaled)
    in_order = ordered_process_map if on_card(encoder) else ordered_map
    prepared = in_order(prepare, pictures, max(1, threads), ahead=PREFETCHED * size)
    encoder.copied()  # those of the batches that an encoder tries while it is loaded
    batch, vectors, names = [], [], []
    ready: list[np.ndarray] = []  # the largest batch, whose forward pass is timed again at the end
    for picture, pixels, seconds in _timed(prepared, throughput):
        throughput.stages[DECODING] += seconds
        batch.append(pixels)
        names.append(picture.id)
        if len(batch) == size or picture.last:
            vectors.append(_embed(encoder, batch, throughput))
            ready, batch = max(ready, batch, key=len), []
            if picture.last:
                with throughput.stage(WRITING):
                    writer.add(picture.part, names, np.concatenate(vectors))
                throughput.embedded += len(names)
                vectors, names = [], []
    throughput.seconds = time.perf_counter() - begin
    throughput.ready = len(ready), partial(encoder.embed_prepared, ready)
    return throughput


def embed_texts(samples: pa.Table, column: str, encoder: Encoder, writer: EmbeddingWriter) -> Throughput:
    """Add the vectors of the texts in `column` to `writer`; return the throughput. A missing text counts as empty."""
    throughput, begin = Throughput("texts"), time.perf_counter()
    for start in logs.progress(range(0, len(samples), TEXTS), "embed", unit="part"):
        with throughput.stage(READING):
            rows = samples.select(["id", column]).slice(start, TEXTS)
            key = part_key(rows)
            texts = [text or "" for text in rows.column(column).to_pylist()]
        if writer.restore(key):
            throughput.restored += len(rows)
            continue
        before = time.perf_counter()
        vectors = encoder.embed_texts(texts)
        throughput.add_forward(len(texts), time.perf_counter() - before, encoder.copied())
        with throughput.stage(WRITING):
            writer.add(key, rows.column("id").to_pylist(), vectors)
        throughput.embedded += len(rows)
    throughput.seconds = time.perf_counter() - begin
    return throughput


def texts_summary(samples: pa.Table, column: str, encoder: Encoder) -> dict[str, int]:
    """Return the numbers of texts, of empty ones, and of those longer than the encoder's context."""
    texts = [text or "" for text in samples.column(column).to_pylist()]
    return {
        "texts": len(texts),
        "empty": sum(not text.strip() for text in texts),
        "truncated": encoder.truncated(texts),
    }


def _pictures(
    samples: pa.Table, shards: Sequence[str | Path], writer: EmbeddingWriter, throughput: Throughput
) -> Iterator[_Picture]:
    """Yield the pictures of `samples` in every shard whose part cannot be restored."""
    wanted = samples.column("id").combine_chunks()
    for shard in logs.progress(shards, "embed", unit="shard"):
        with throughput.stage(READING):
            rows = tables.read(shard, IMAGES, ["id", "image"])
            rows = rows.filter(pc.is_in(rows.column("id"), wanted))
            key = part_key(rows)
        if not len(rows):
            continue
        if writer.restore(key):
            throughput.restored += len(rows)
            continue
        for number, (name, data) in enumerate(zip(*rows.columns, strict=True), 1):
            yield _Picture(key, shard, name.as_py(), data.as_py(), number == len(rows))


def _prepare(
    prepare: Callable[[np.ndarray], np.ndarray], scaled: int | None, picture: _Picture
) -> tuple[_Picture, np.ndarray, float]:
    """Return the picture without its file, its sample for the encoder, and the seconds that it took."""
    begin = time.perf_counter()
    try:
        pixels = prepare(images.decode(picture.data, at_least=scaled))
    except images.ImageError as error:
        raise UserError(f"{picture.shard}: picture of id '{picture.id}' is {error}; {REMEDY}") from error
    return picture._replace(data=b""), pixels, time.perf_counter() - begin


def _timed(items: Iterable[T], throughput: Throughput) -> Iterator[T]:
    """Yield `items`; count the seconds until each as waiting, except those that reading shards takes meanwhile."""
    iterator = iter(items)
    while True:
        begin, read = time.perf_counter(), throughput.stages[READING]
        item = next(iterator, None)
        throughput.stages[WAITING] += time.perf_counter() - begin - (throughput.stages[READING] - read)
        if item is None:
            return
        yield item


def _embed(encoder: Encoder, batch: Sequence[Any], throughput: Throughput) -> np.ndarray:
    begin = time.perf_counter()
    vectors = encoder.embed_prepared(batch)
    throughput.add_forward(len(batch), time.perf_counter() - begin, encoder.copied())
    return vectors
