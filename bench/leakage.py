"""Measure time and peak memory of the search for leakage and duplicate groups, on samples with known duplicates.

python bench/leakage.py [--rows 10000000] [--distance 4]
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))
CHUNK = 100_000
# In every block of 1000 samples, the first is in the training split, and the next three duplicate it: by a similar
# perceptual hash, the same plot and the same image file.
BLOCK = 1000
TESTED = 10  # every tenth sample is in the test split


def write(folder: Path, rows: int, distance: int) -> str:
    """Write samples with plots of 200 characters and hashes of their images; return the size of the files."""
    from humancentric.core import table_streams
    from humancentric.core.schemas import HASHES, SAMPLES

    rng = np.random.default_rng(0)
    hashes = rng.integers(0, 2**64 - 1, rows, np.uint64)
    first = np.arange(0, rows, BLOCK)
    hashes[first + 1] = hashes[first] ^ np.uint64(2**distance - 1)

    def parts(table_of: Callable[[np.ndarray], pa.Table]) -> Iterator[pa.Table]:
        return (table_of(np.arange(begin, min(rows, begin + CHUNK))) for begin in range(0, rows, CHUNK))

    def samples(number: np.ndarray) -> pa.Table:
        position = number % BLOCK
        test = (position > 0) & ((position < 4) | (number % TESTED == 1))
        plots = np.where(position == 2, number - 2, number).tolist()
        columns = {
            "id": [f"tt{n:09d}" for n in number],
            "split": np.where(test, "test", "train").tolist(),
            "labels": [["War"]] * len(number),
            "release_date": [None] * len(number),
        }
        texts = [f"Plot {plot}: " + "a film of this number, and so on; " * 5 for plot in plots]
        return SAMPLES.table(columns).append_column("plot", pa.array(texts))

    def pictures(number: np.ndarray) -> pa.Table:
        same = np.where(number % BLOCK == 3, number - 3, number).tolist()
        columns = {"id": [f"tt{n:09d}" for n in number], "sha256": [f"{n:064x}"[::-1] for n in same]}
        return HASHES.table({**columns, "phash": hashes[number].tolist()})

    table_streams.write(folder / "samples.parquet", parts(samples), SAMPLES)
    table_streams.write(folder / "0.parquet", parts(pictures), HASHES)
    return f"{sum(file.stat().st_size for file in folder.iterdir()) / 2**20:,.0f} MiB"


def find(folder: Path, rows: int, distance: int) -> str:
    """Run the search of the rule find_leakage; return its counts."""
    from humancentric.dataset.leakage import NEAR, PICTURE, find, kind_of, read

    side = read("films", folder / "samples.parquet", [folder / "0.parquet"], {"plot": "plot"})
    _, counts = find(side, [], distance, {PICTURE, NEAR, kind_of("plot")})
    return f"{counts['compared']['films']['kinds']}; planted {rows // BLOCK} of each"


def group(folder: Path, rows: int, distance: int) -> str:
    """Run the grouping of the rule group_samples, without reading the texts; return the number of groups."""
    from humancentric.dataset.leakage import pictures
    from humancentric.dataset.near_duplicates import groups

    found = groups(pictures([folder / "0.parquet"]), distance)
    return f"{found['group'].n_unique():,} groups of {len(found):,}"


def measured(step: Callable[[Path, int, int], str], folder: Path, rows: int, distance: int) -> None:
    """Run a step in this process; print its seconds, peak memory and result."""
    started = time.perf_counter()
    result = step(folder, rows, distance)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{step.__name__:8} {time.perf_counter() - started:8.1f} s {peak:6.2f} GiB  {result}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--distance", type=int, default=4)
    options = parser.parse_args()
    processes = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        for step in (write, find, group):
            process = processes.Process(
                target=measured, args=(step, Path(name), options.rows, options.distance)
            )
            process.start()
            process.join()
            if process.exitcode:
                sys.exit(process.exitcode)
