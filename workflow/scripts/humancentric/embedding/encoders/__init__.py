"""Frozen encoders: a row of the config becomes a model, looked up by its kind."""

from collections.abc import Callable, Mapping
from typing import Any

from humancentric.core.errors import UserError, nearest
from humancentric.embedding.encoders.encoder import Encoder

# A family is imported when a row asks for it: each costs seconds, and `random` should cost none.


def _open_clip(row: Mapping[str, Any], place: str, threads: int) -> Encoder:
    from humancentric.embedding.encoders import open_clip_models

    return open_clip_models.load(row, place, threads)


def _timm(row: Mapping[str, Any], place: str, threads: int) -> Encoder:
    from humancentric.embedding.encoders import timm_models

    return timm_models.load(row, place, threads)


def _sentence_transformers(row: Mapping[str, Any], place: str, threads: int) -> Encoder:
    from humancentric.embedding.encoders import sentence_models

    return sentence_models.load(row, place, threads)


def _random(row: Mapping[str, Any], place: str, threads: int) -> Encoder:
    from humancentric.embedding.encoders import random_vectors

    return random_vectors.load(row, place, threads)


def _pixels(row: Mapping[str, Any], place: str, threads: int) -> Encoder:
    from humancentric.embedding.encoders import pixels

    return pixels.load(row, place, threads)


def _tfidf(row: Mapping[str, Any], place: str, threads: int) -> Encoder:
    from humancentric.embedding.encoders import tfidf

    return tfidf.load(row, place, threads)


KINDS: dict[str, Callable[[Mapping[str, Any], str, int], Encoder]] = {
    "open-clip": _open_clip,
    "timm": _timm,
    "sentence-transformers": _sentence_transformers,
    "random": _random,
    "pixels": _pixels,
    "tfidf": _tfidf,
}


def load(row: Mapping[str, Any], name: str, threads: int = 1) -> Encoder:
    """Return the frozen encoder of the config's `row` called `name`; `UserError` in one line if it can't be had.

    Nothing is downloaded: weights of the hub come out of its local cache.
    """
    place = f"encoders.{name}"
    if row["kind"] not in KINDS:
        raise UserError(f"{place}.kind is '{row['kind']}'{nearest(row['kind'], KINDS)}")
    return KINDS[row["kind"]](row, place, threads)
