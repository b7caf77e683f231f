"""Assign samples to shards and splits, and seed random generators, by hashing names.

The shard, split and random numbers of a sample never change when other samples are added or removed.
"""

import hashlib
import math
import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from humancentric.core.errors import UserError, nearest

T = TypeVar("T")
TRAIN, TEST, VALIDATION = "train", "test", "validation"


def hash_integer(key: str | bytes) -> int:
    """Return the sha256 of `key` (a string counts as UTF-8) as an integer, uniform below 2**256."""
    content = key.encode("utf-8") if isinstance(key, str) else key
    return int.from_bytes(hashlib.sha256(content).digest(), "big")


def hash_order(names: Iterable[str], seed: int) -> list[str]:
    """Return `names` in a random order; the order of any two names does not depend on the others."""
    return sorted(names, key=lambda name: hash_integer(f"{seed}:{name}"))


def hashed_generator(*key: str | int) -> np.random.Generator:
    """Return the random generator seeded by the sha256 of the parts of `key`, joined by colons."""
    return np.random.default_rng(hash_integer(":".join(map(str, key))))


def shard_names(shards: int) -> list[str]:
    """Return the zero-padded names of all shards, e.g. ``["00", ..., "15"]``."""
    width = len(str(shards - 1))
    return [f"{number:0{width}d}" for number in range(shards)]


def shard_of(sample: str, shards: int) -> str:
    """Return the zero-padded shard of a sample id: ``sha256(id) mod shards``."""
    return f"{hash_integer(sample) % shards:0{len(str(shards - 1))}d}"


def sources_of_shard(shard: int, shards: int, whole: int) -> list[int]:
    """Return the shards of a dataset of `whole` shards that can hold samples of `shard` of its subset of `shards`."""
    common = math.gcd(shards, whole)
    return [number for number in range(whole) if (number - shard) % common == 0]


def split_of(sample: str, test: float, validation: float = 0.0, seed: int = 0) -> str:
    """Return ``"test"`` if ``sha256("split:" + id)`` is below the share `test` of all hashes, else ``"train"``.

    The next share of hashes is ``"validation"``: it is taken from train, so that no test sample ever moves. A `seed`
    other than 0 becomes part of the hash.
    """
    position = hash_integer(f"split:{seed}:{sample}" if seed else f"split:{sample}")
    if position < test * 2**256:
        return TEST
    return VALIDATION if position < (test + validation) * 2**256 else TRAIN


def split_name(name: str) -> str:
    """Return a split's name in the data as lower-case letters, digits and hyphens, for names of files.

    ``validation_matched`` becomes ``validation-matched``. A name in another script becomes ``split-`` and a hash.
    """
    name = unicodedata.normalize("NFC", name).strip()
    plain = re.sub(
        "[^a-z0-9]+", "-", unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    )
    if any(
        character.isalnum() and not character.isascii() for character in unicodedata.normalize("NFKD", name)
    ):
        plain = ""  # letters of other scripts would be lost
    return plain.strip("-") or f"split-{hash_integer(name):064x}"[:14]


def split_names(names: Iterable[str], position: str) -> dict[str, str]:
    """Return ``{name in the data: split_name}``. Raises `UserError`, beginning with `position`, if two collide."""
    found: dict[str, str] = {}
    for name in names:
        other = next((other for other, plain in found.items() if plain == split_name(name)), None)
        if other is not None and other != name:
            raise UserError(
                f"{position}: splits {other!r} and {name!r} are both {split_name(name)!r} in file names; "
                "rename one of them in the data or in the dataset's row"
            )
        found[name] = split_name(name)
    return found


def check_names(counts: Mapping[str, int], declared: Sequence[str], config_path: str) -> None:
    """Raise `UserError` if `counts`, ``{split: rows}``, has a split other than train, test and the `declared` ones."""
    valid = [TRAIN, TEST, *declared]
    known = set(map(split_name, valid))
    unknown = next((name for name in sorted(counts) if split_name(name) not in known), None)
    if unknown is not None:
        raise UserError(
            f"{config_path}: split {unknown!r} of {counts[unknown]} rows is not declared{nearest(unknown, valid)}; "
            "correct it in the data, or add it to the `splits` of the dataset's row"
        )


def generator(seed: int, *key: str | int) -> np.random.Generator:
    """Return the random generator of `key` (e.g. ``"plot", 17``) under `seed`; equal keys give equal numbers."""
    words = [zlib.crc32(part.encode("utf-8")) if isinstance(part, str) else part for part in key]
    return np.random.default_rng([seed, *words])


def pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    """Return one of `options`, all equally likely."""
    return options[int(rng.integers(len(options)))]


def weighted(rng: np.random.Generator, options: Sequence[T], weights: Sequence[float]) -> T:
    """Return one of `options` with probabilities proportional to `weights`."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return options[min(int(np.searchsorted(edges, rng.random() * edges[-1], side="right")), len(options) - 1)]


def several(rng: np.random.Generator, options: Sequence[T], count: int) -> list[T]:
    """Return `count` distinct `options` in random order (all of them if there are fewer)."""
    return [options[int(index)] for index in rng.permutation(len(options))[:count]]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """Return True with the given probability."""
    return bool(rng.random() < probability)
