"""Who is in a dataset, without any of its content: what labs may pass on to compare and rebuild."""

import hashlib
from collections.abc import Iterable, Mapping

import pyarrow as pa

from humancentric.schemas import IDS


def identities(samples: pa.Table, pictures: Mapping[str, str]) -> pa.Table:
    """Return id, split and sha256 of the picture (null where there is none) of all samples."""
    hashes = [pictures.get(sample) for sample in samples["id"].to_pylist()]
    columns = {"id": samples["id"], "split": samples["split"], "sha256": pa.array(hashes, pa.string())}
    return pa.table(columns, schema=IDS.empty().schema)


def digest(ids: Iterable[str]) -> str:
    """Return the sha256 of the sorted ids, each followed by a line feed: equal where two labs have the same samples."""
    return hashlib.sha256("".join(f"{sample}\n" for sample in sorted(ids)).encode()).hexdigest()
