"""Divide an embedding among jobs, each with a range of shards or texts, and join the results."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.parallel import bounds
from humancentric.core.schemas import IMAGES
from humancentric.embedding import feature_vectors
from humancentric.embedding.dataset_embedding import cache_folder
from humancentric.embedding.embedding_writer import EmbeddingWriter
from humancentric.embedding.text_embedding import TEXTS
from humancentric.embedding.throughput import CARD, CPU

COUNTS = ("texts", "empty", "truncated", CARD, CPU)  # counts of one job, which add up
PER_FILE = ("split", "samples")  # keys that are written anew for the joined file
DEVICE = "device"


def in_shards(samples: pa.Table, shards: Sequence[str | Path]) -> pa.Table:
    """Return the rows of `samples` whose pictures are in one of `shards`."""
    ids = [tables.read(shard, IMAGES, ["id"]).column("id").combine_chunks() for shard in shards]
    wanted = pa.concat_arrays(ids) if ids else pa.array([], pa.string())
    return samples.filter(pc.is_in(samples.column("id"), wanted))


def of_texts(samples: pa.Table, number: int, jobs: int) -> pa.Table:
    """Return the rows of range `number` out of `jobs`.

    Ranges consist of the parts that a single job would embed, so that every text is in the same batch and gets the same
    vector.
    """
    begin, end = bounds(-(-len(samples) // TEXTS), number, jobs)
    return samples.slice(begin * TEXTS, (end - begin) * TEXTS)


def join(parts: Sequence[str | Path], outputs: Mapping[str, str | Path], samples: pa.Table) -> None:
    """Write one embedding file per split from the files of all ranges, as a single job would have written it.

    `parts` are named by their splits like `outputs`; `samples` (id, split) are those of the splits, sorted by id.
    Raises `UserError` if ranges were made in different ways, or a sample is in no range or in several.
    """
    metadata = common_metadata(parts)
    width = feature_vectors.width_of(parts[0])
    writer = EmbeddingWriter(cache_folder(outputs), width, "joined")
    for number, path in enumerate(parts):
        ids, begin = feature_vectors.ids_of(path, width).to_pylist(), 0
        for vectors in feature_vectors.vectors_of(path, width):
            writer.add(f"{number}.{begin}", ids[begin : begin + len(vectors)], vectors)
            begin += len(vectors)
    writer.write(outputs, samples, metadata)


def common_metadata(parts: Sequence[str | Path]) -> dict[str, Any]:
    """Return the metadata that the files of all ranges share, with summed counts and the list of devices.

    Raises `UserError` naming the first file and key that differ.
    """
    first: dict[str, Any] = {}
    devices, counted = [], {}
    for path in parts:
        found = {key: value for key, value in tables.read_metadata(path).items() if key not in PER_FILE}
        devices.append(found.pop(DEVICE, None))
        # Both splits of a range hold the counts of the whole range.
        counted[Path(path).parent] = {key: found.pop(key) for key in COUNTS if key in found}
        first = first or found
        for key in sorted({*first, *found}):
            if first.get(key) != found.get(key):
                raise UserError(
                    f"{path}: {key} is {found.get(key)}, in {parts[0]} it is {first.get(key)}; remove both folders "
                    "and run again"
                )
    names = sorted({device for device in devices if device is not None})
    sums = {
        key: sum(counts[key] for counts in counted.values())
        for key in COUNTS
        if all(key in counts for counts in counted.values())
    }
    joined = {**first, **({DEVICE: " + ".join(names)} if names else {}), **sums}
    # In the order of these keys the file is the same, byte for byte, as that of a single job.
    order = tables.read_metadata(parts[0])
    return {key: joined[key] for key in order if key in joined}
