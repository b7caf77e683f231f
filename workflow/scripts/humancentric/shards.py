"""Where a sample belongs: its shard and its split follow from its id alone, so that neither moves when data grows."""

import hashlib

TRAIN, TEST = "train", "test"


def _uniform(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode("utf-8")).digest(), "big")


def shard_names(shards: int) -> list[str]:
    """Return the zero-padded names of all shards, e.g. ``["00", ..., "15"]``."""
    width = len(str(shards - 1))
    return [f"{number:0{width}d}" for number in range(shards)]


def shard_of(sample: str, shards: int) -> str:
    """Return the zero-padded shard of a sample id: ``sha256(id) mod shards``."""
    return f"{_uniform(sample) % shards:0{len(str(shards - 1))}d}"


def split_of(sample: str, test: float) -> str:
    """Return ``"test"`` where ``sha256("split:" + id)`` lies below the share `test` of all hashes, else ``"train"``."""
    return TEST if _uniform(f"split:{sample}") < test * 2**256 else TRAIN
