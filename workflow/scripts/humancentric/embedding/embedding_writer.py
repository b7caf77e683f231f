"""Embed every sample of every split of a dataset exactly once with a frozen encoder."""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core import images, logs, tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import IMAGES, SAMPLES
from humancentric.core.shards import TRAIN
from humancentric.embedding.embedding_store import EmbeddingWriter, key_of
from humancentric.embedding.encoder import Encoder

T = TypeVar("T")
REMEDY = "remove the file and run again"
TEXTS = 4096  # of one piece: what a killed job may lose
AHEAD = 2  # batches, of all lanes, that are decoded while the model works on others


@dataclass
class Throughput:
    """How a run went: samples embedded now, found finished, seconds in all and seconds the model waited for data."""

    embedded: int = 0
    finished: int = 0
    seconds: float = 0.0
    waited: float = 0.0

    def __str__(self) -> str:
        """Say it in words, for the log."""
        rate, share = self.embedded / max(self.seconds, 1e-9), self.waited / max(self.seconds, 1e-9)
        before = f", {self.finished} were finished before" if self.finished else ""
        return f"{self.embedded} embedded at {rate:.1f}/s, {share:.0%} of the time waiting for data{before}"


class _Batch(NamedTuple):
    key: str  # of its piece
    ids: list[str]
    pictures: list[Future[np.ndarray]]
    last: bool  # of its piece


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


def spool_of(outputs: Mapping[str, str | Path]) -> Path:
    """Return the folder for the finished pieces of a job with these outputs, beside the dataset's embeddings."""
    first = Path(next(iter(outputs.values())))
    return first.parents[2] / "spool" / "embeddings" / f"{first.parent.name}.{'.'.join(outputs)}"


def workers(encoder: Encoder, threads: int) -> int:
    """Return how many threads decode pictures: beside a GPU all, beside a CPU's model as many as it leaves idle."""
    return threads if encoder.description.get("device") != "cpu" else max(1, threads // 4)


def embed_images(
    samples: pa.Table,
    shards: Sequence[str | Path],
    encoder: Encoder,
    pieces: EmbeddingWriter,
    threads: int = 1,
) -> Throughput:
    """Put the vectors of the pictures of `samples` into `pieces`, one piece a shard; return how it went.

    At most two shards' files are in memory at a time; `threads` workers decode and resize the next batches while
    the model works on the present one. A shard whose piece is there already is not embedded again. Raises
    `UserError` naming shard and id where a picture can't be decoded.
    """
    pace, begin, vectors, names = Throughput(), time.perf_counter(), [], []
    with ThreadPoolExecutor(max(1, threads)) as pool:
        for batch in _prefetch(_batches(samples, shards, encoder, pieces, pool, pace), AHEAD):
            asked = time.perf_counter()
            pictures = [picture.result() for picture in batch.pictures]
            pace.waited += time.perf_counter() - asked
            vectors.append(encoder.embed_prepared(pictures))
            names += batch.ids
            if batch.last:
                pieces.add(batch.key, names, np.concatenate(vectors))
                pace.embedded += len(names)
                vectors, names = [], []
    pace.seconds = time.perf_counter() - begin
    return pace


def embed_texts(samples: pa.Table, column: str, encoder: Encoder, pieces: EmbeddingWriter) -> Throughput:
    """Put the vectors of the texts in `column` into `pieces`; a missing text is the empty one. Return how it went."""
    pace, begin = Throughput(), time.perf_counter()
    for start in logs.progress(range(0, len(samples), TEXTS), "embed", unit="piece"):
        rows = samples.select(["id", column]).slice(start, TEXTS)
        key = key_of(rows)
        if pieces.take(key):
            pace.finished += len(rows)
            continue
        texts = [text or "" for text in rows.column(column).to_pylist()]
        pieces.add(key, rows.column("id").to_pylist(), encoder.embed_texts(texts))
        pace.embedded += len(rows)
    pace.seconds = time.perf_counter() - begin
    return pace


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


def _prefetch(items: Iterable[T], number: int) -> Iterator[T]:
    """Yield `items`, each asked for while `number` earlier ones are still waiting for their turn."""
    waiting: deque[T] = deque()
    for item in items:
        waiting.append(item)
        if len(waiting) > number:
            yield waiting.popleft()
    yield from waiting


def _batches(
    samples: pa.Table,
    shards: Sequence[str | Path],
    encoder: Encoder,
    pieces: EmbeddingWriter,
    pool: ThreadPoolExecutor,
    pace: Throughput,
) -> Iterator[_Batch]:
    """Yield the batches of every shard that has no piece yet, their pictures handed to the pool."""
    wanted = samples.column("id").combine_chunks()
    for shard in logs.progress(shards, "embed", unit="shard"):
        rows = tables.read(shard, IMAGES, ["id", "image"])
        rows = rows.filter(pc.is_in(rows.column("id"), wanted)).combine_chunks()
        if not len(rows):
            continue
        key = key_of(rows)
        if pieces.take(key):
            pace.finished += len(rows)
            continue
        at_once = encoder.batch * encoder.lanes
        for start in range(0, len(rows), at_once):
            ids = rows.column("id").slice(start, at_once).to_pylist()
            files = rows.column("image").slice(start, at_once).to_pylist()
            pictures = [
                pool.submit(_prepare, encoder, shard, name, data)
                for name, data in zip(ids, files, strict=True)
            ]
            yield _Batch(key, ids, pictures, start + at_once >= len(rows))


def _prepare(encoder: Encoder, shard: str | Path, name: str, data: bytes) -> np.ndarray:
    try:
        return encoder.prepare(images.decode(data, at_least=encoder.scaled))
    except images.ImageError as error:
        raise UserError(f"{shard}: picture of id '{name}' is {error}; {REMEDY}") from error
