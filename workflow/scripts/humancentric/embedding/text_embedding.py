"""Embed every text of a dataset exactly once with a frozen encoder."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from humancentric.core import logs
from humancentric.core.hashing import TRAIN
from humancentric.core.processes import Map, ordered_windows
from humancentric.embedding.dataset_embedding import PREFETCHED, of_splits
from humancentric.embedding.embedding_writer import EmbeddingWriter, part_key
from humancentric.embedding.encoder import Encoder
from humancentric.embedding.throughput import DECODING, READING, WRITING, Throughput

T = TypeVar("T")
R = TypeVar("R")
TEXTS = 4096  # texts per part; finished parts survive a killed job
AT_ONCE = 256  # texts per call of the tokenizer


def fitted(encoder: Encoder, samples: pa.Table, column: str) -> Encoder:
    """Return `encoder`, fitted to the texts of the training split if its kind learns from texts."""
    if encoder.fit is None:
        return encoder
    texts = of_splits(samples, [TRAIN]).column(column).to_pylist()
    return encoder.fit([text or "" for text in texts])


class _Texts(NamedTuple):
    part: str  # key
    ids: list[str]
    texts: list[str]
    prepared: Any  # input of the encoder: the texts themselves, or their tokens
    seconds: float = 0.0  # spent on tokenising
    truncated: int = 0


def embed_texts(
    samples: pa.Table, column: str, encoder: Encoder, writer: EmbeddingWriter, threads: int = 1
) -> Throughput:
    """Add the vectors of the texts in `column` to `writer`; return the throughput. A missing text counts as empty.

    On a card, `threads` processes tokenise the next texts while the model works, and batches have a bounded number of
    tokens.
    """
    model = encoder.token_model
    embed: Callable[[Any], np.ndarray] = encoder.embed_texts if model is None else encoder.embed_tokens
    throughput, begin = Throughput("texts", decoders=max(1, threads) if model else 1), time.perf_counter()
    parts = _texts(samples, column, encoder, writer, throughput)
    if model is not None:
        throughput.truncated = 0
        make = partial(_tokenised, model.tokenise)
        parts = ordered_windows(make, parts, max(1, threads), ahead=PREFETCHED, chunk=1)
    for part in throughput.timed(parts) if model else parts:
        throughput.stages[DECODING] += part.seconds
        if throughput.truncated is not None:
            throughput.truncated += part.truncated
        before = time.perf_counter()
        vectors = embed(part.prepared)
        throughput.add_forward(len(part.ids), time.perf_counter() - before, encoder.copied())
        with throughput.stage(WRITING):
            writer.add(part.part, part.ids, vectors)
        throughput.embedded += len(part.ids)
    throughput.seconds = time.perf_counter() - begin
    return throughput


def _texts(
    samples: pa.Table, column: str, encoder: Encoder, writer: EmbeddingWriter, throughput: Throughput
) -> Iterator[_Texts]:
    """Yield the parts of `samples` that cannot be restored."""
    for start in logs.progress(range(0, len(samples), TEXTS), "embed", unit="part"):
        with throughput.stage(READING):
            rows = samples.select(["id", column]).slice(start, TEXTS)
            key = part_key(rows)
            texts = [text or "" for text in rows.column(column).to_pylist()]
        if not writer.restore(key):
            yield _Texts(key, rows.column("id").to_pylist(), texts, texts)
            continue
        throughput.restored += len(rows)
        if throughput.truncated is not None:
            throughput.truncated += encoder.truncated(texts)


def _tokenised(
    tokenise: Callable[[Sequence[str]], tuple[list[np.ndarray], int]], in_processes: Map, part: _Texts
) -> _Texts:
    """Return the part with its tokens."""
    chunks = [part.texts[start : start + AT_ONCE] for start in range(0, len(part.texts), AT_ONCE)]
    found = in_processes(partial(_with_seconds, tokenise), chunks)
    tokens = [ids for (rows, _), _ in found for ids in rows]
    seconds, truncated = sum(spent for _, spent in found), sum(long for (_, long), _ in found)
    return part._replace(prepared=tokens, seconds=seconds, truncated=truncated)


def _with_seconds(function: Callable[[T], R], item: T) -> tuple[R, float]:
    begin = time.perf_counter()
    return function(item), time.perf_counter() - begin


def texts_summary(
    samples: pa.Table, column: str, encoder: Encoder, truncated: int | None = None
) -> dict[str, int]:
    """Return the numbers of texts, empty texts, and texts longer than the context (`truncated`, if known)."""
    texts = [text or "" for text in samples.column(column).to_pylist()]
    return {
        "texts": len(texts),
        "empty": sum(not text.strip() for text in texts),
        "truncated": encoder.truncated(texts) if truncated is None else truncated,
    }
