"""Embed every picture of a dataset exactly once with a frozen encoder."""

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
from humancentric.core.parallel import ordered_map
from humancentric.core.processes import Map, ordered_windows
from humancentric.core.schemas import IMAGES, SAMPLES
from humancentric.embedding.embedding_writer import EmbeddingWriter, part_key
from humancentric.embedding.encoder import Encoder
from humancentric.embedding.throughput import CARD, CPU, DECODING, READING, WRITING, Throughput

T = TypeVar("T")
REMEDY = "remove the file and run again"
PREFETCHED = 2  # batches of samples that are prepared while the model works on another


class _Batch(NamedTuple):
    pictures: list["_Picture"]  # without their files
    prepared: Any  # input of the encoder for each picture
    seconds: float  # spent on decoding
    on_card: int = 0  # pictures that a card decoded


class _Picture(NamedTuple):
    part: str  # key of the picture's part
    shard: str | Path
    id: str
    data: bytes
    last: bool  # whether it is the last of its part


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


def cache_folder(outputs: Mapping[str, str | Path]) -> Path:
    """Return the folder for the finished parts of a job with these outputs, next to the dataset's embeddings."""
    first = Path(next(iter(outputs.values())))
    return first.parents[2] / "spool" / "embeddings" / f"{first.parent.name}.{'.'.join(outputs)}"


def decoding_threads(encoder: Encoder, threads: int) -> int:
    """Return how many of `threads` decode pictures: all if the model runs on a GPU, else a quarter."""
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
    works on the current one. With a card they are processes, because threads would wait for the interpreter's lock, and
    they decode what the card cannot. Shards that an earlier run has embedded are restored. Raises `UserError` that
    names shard and id if a picture cannot be decoded.
    """
    throughput, begin = Throughput(decoders=max(1, threads)), time.perf_counter()
    size = encoder.batch * encoder.parallel_batches
    pictures = _pictures(samples, shards, encoder, writer, throughput)
    prepare = partial(_prepare, encoder.prepare, encoder.scaled)
    if encoder.decode_files is not None or on_card(encoder):
        windows = _windows(pictures, size, lambda picture: picture.last)
        make = partial(_on_card, encoder.decode_files, prepare)
        batches: Iterator[_Batch] = ordered_windows(make, windows, max(1, threads), ahead=PREFETCHED)
    else:
        prepared = ordered_map(prepare, pictures, max(1, threads), ahead=PREFETCHED * size)
        batches = map(_on_cpu, _windows(prepared, size, lambda item: item[0].last))
    encoder.copied()  # discard the copies made while the encoder was loaded
    vectors, names = [], []
    ready: Any = []  # the largest batch, whose forward pass is timed again at the end
    for batch in throughput.timed(batches):
        throughput.stages[DECODING] += batch.seconds
        throughput.decoded[CARD] += batch.on_card
        throughput.decoded[CPU] += len(batch.pictures) - batch.on_card
        names += [picture.id for picture in batch.pictures]
        vectors.append(_embed(encoder, batch.prepared, throughput))
        ready = max(ready, batch.prepared, key=len)
        if batch.pictures[-1].last:
            with throughput.stage(WRITING):
                writer.add(batch.pictures[-1].part, names, np.concatenate(vectors))
            throughput.embedded += len(names)
            vectors, names = [], []
    throughput.seconds = time.perf_counter() - begin
    throughput.ready = len(ready), partial(encoder.embed_prepared, ready)
    return throughput


def _windows(items: Iterable[T], size: int, last: Callable[[T], bool]) -> Iterator[list[T]]:
    """Yield lists of `size` items, or fewer if an item is the `last` of its part."""
    window: list[T] = []
    for item in items:
        window.append(item)
        if len(window) == size or last(item):
            yield window
            window = []


def _on_cpu(prepared: Sequence[tuple[_Picture, np.ndarray, float]]) -> _Batch:
    pictures, pixels, seconds = zip(*prepared, strict=True)
    return _Batch(list(pictures), list(pixels), sum(seconds))


def _on_card(
    decode_files: Callable[[Sequence[bytes]], tuple[Any, list[int]]] | None,
    prepare: Callable[[_Picture], tuple[_Picture, np.ndarray, float]],
    in_processes: Map,
    pictures: Sequence[_Picture],
) -> _Batch:
    """Return the batch of `pictures`; those that the card cannot decode go through `prepare` in processes."""
    begin, pixels, done = time.perf_counter(), None, list[int]()
    if decode_files is not None:
        pixels, done = decode_files([picture.data for picture in pictures])
    seconds = time.perf_counter() - begin
    remaining = sorted(set(range(len(pictures))) - set(done))
    found = in_processes(prepare, [pictures[row] for row in remaining]) if remaining else []
    prepared: Any = [sample for _, sample, _ in found]
    if pixels is not None:
        if remaining:
            pixels[remaining] = pixels.new_tensor(np.stack(prepared))
        prepared = pixels
    spent = seconds + sum(seconds for _, _, seconds in found)
    return _Batch([picture._replace(data=b"") for picture in pictures], prepared, spent, len(done))


def _pictures(
    samples: pa.Table,
    shards: Sequence[str | Path],
    encoder: Encoder,
    writer: EmbeddingWriter,
    throughput: Throughput,
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
            if encoder.decode_files is not None:
                suitable = sum(
                    images.size_for_card(data.as_py()) is not None for data in rows.column("image")
                )
                throughput.decoded[CARD] += suitable
                throughput.decoded[CPU] += len(rows) - suitable
            continue
        for number, (name, data) in enumerate(zip(*rows.columns, strict=True), 1):
            yield _Picture(key, shard, name.as_py(), data.as_py(), number == len(rows))


def _prepare(
    prepare: Callable[[np.ndarray], np.ndarray], scaled: int | None, picture: _Picture
) -> tuple[_Picture, np.ndarray, float]:
    """Return the picture without its file, its input for the encoder, and the seconds that this took."""
    begin = time.perf_counter()
    try:
        pixels = prepare(images.decode(picture.data, at_least=scaled))
    except images.ImageError as error:
        raise UserError(f"{picture.shard}: picture of id '{picture.id}' is {error}; {REMEDY}") from error
    return picture._replace(data=b""), pixels, time.perf_counter() - begin


def _embed(encoder: Encoder, batch: Sequence[Any], throughput: Throughput) -> np.ndarray:
    begin = time.perf_counter()
    vectors = encoder.embed_prepared(batch)
    throughput.add_forward(len(batch), time.perf_counter() - begin, encoder.copied())
    return vectors
