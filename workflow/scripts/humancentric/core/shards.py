"""Where a sample belongs: its shard and its split follow from its id alone, so that neither moves when data grows."""

import hashlib
import math
from collections.abc import Mapping, Sequence

from humancentric.core.errors import UserError, nearest

TRAIN, TEST, VALIDATION = "train", "test", "validation"


def _uniform(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode("utf-8")).digest(), "big")


def shard_names(shards: int) -> list[str]:
    """Return the zero-padded names of all shards, e.g. ``["00", ..., "15"]``."""
    width = len(str(shards - 1))
    return [f"{number:0{width}d}" for number in range(shards)]


def shard_of(sample: str, shards: int) -> str:
    """Return the zero-padded shard of a sample id: ``sha256(id) mod shards``."""
    return f"{_uniform(sample) % shards:0{len(str(shards - 1))}d}"


def sources_of_shard(shard: int, shards: int, whole: int) -> list[int]:
    """Return which of `whole` shards can hold samples of `shard` out of `shards`: all numbers that hashes share."""
    common = math.gcd(shards, whole)
    return [number for number in range(whole) if (number - shard) % common == 0]


def split_of(sample: str, test: float, validation: float = 0.0, seed: int = 0) -> str:
    """Return ``"test"`` where ``sha256("split:" + id)`` lies below the share `test` of all hashes, else ``"train"``.

    The next share of hashes is ``"validation"``: it is taken from train, so that no sample of test ever moves. A `seed`
    other than 0 goes into the hash.
    """
    place = _uniform(f"split:{seed}:{sample}" if seed else f"split:{sample}")
    if place < test * 2**256:
        return TEST
    return VALIDATION if place < (test + validation) * 2**256 else TRAIN


def check_names(counts: Mapping[str, int], declared: Sequence[str], place: str) -> None:
    """Raise `UserError` where ``{split: rows}`` has another name than train, test and the `declared` ones."""
    valid = [TRAIN, TEST, *declared]
    unknown = next((name for name in sorted(counts) if name not in valid), None)
    if unknown is not None:
        raise UserError(
            f"{place}: split {unknown!r} of {counts[unknown]} rows is not declared{nearest(unknown, valid)}; "
            "mend it, or add it to the `splits` of the dataset's row"
        )
