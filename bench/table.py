"""Measure the time and peak memory of reading a table of one million rows without images into samples.parquet.

python bench/table.py [--rows 1000000] [--format csv|jsonl|parquet] [--split hash|iterative] [--plot 200]
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))
GENRES = ["Drama", "Comedy", "War", "Action", "Horror", "Romance", "Family", "Crime", "History", "Music"]
SPLITS = {"hash": {"test": 0.1}, "iterative": {"test": 0.1, "kind": "iterative"}}
TEXTS = {"title": "title", "plot": "plot"}


def write_table(path: Path, rows: int, length: int) -> None:
    """Write films in random order of their ids, with plots of about `length` characters."""
    draw = random.Random(0)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(5000)]
    numbers = draw.sample(range(10 * rows), rows)
    with path.open("w", encoding="utf-8") as file:
        if path.suffix == ".csv":
            file.write("film,genres,title,plot\n")
        for number in numbers:
            genres = "|".join(draw.sample(GENRES, draw.randint(1, 3)))
            title = " ".join(draw.choices(words, k=3))
            plot = " ".join(draw.choices(words, k=length // 6))
            if path.suffix == ".csv":
                file.write(f'tt{number:08d},{genres},{title},"{plot}, and so on"\n')
            else:
                file.write(
                    json.dumps({"film": number, "genres": genres, "title": title, "plot": plot}) + "\n"
                )


def listing(folder: Path, table: str) -> None:
    """Run the code of the rule read_listing."""
    from humancentric.core import table_streams
    from humancentric.core.schemas import LISTING
    from humancentric.sources import listing_readers

    source = {"kind": "table", "path": table, "id": "film", "labels": "genres", "separator": "|"}
    table_streams.write_sorted(
        folder / "listing.parquet", listing_readers.stream(source, TEXTS, None), LISTING
    )


def samples(folder: Path, split: str) -> None:
    """Run the code of the rule samples."""
    from humancentric.core import table_streams
    from humancentric.core.schemas import LISTING, REJECTS, SAMPLES
    from humancentric.dataset import samples

    batches = partial(table_streams.read, folder / "listing.parquet", LISTING)
    used, rejects = samples.divide(batches, REJECTS.empty(), TEXTS, SPLITS[split])
    number = table_streams.write(folder / "samples.parquet", used, SAMPLES)
    print(f"  {number} samples, {len(rejects)} rejects")


def measured(name: str, job: partial) -> float:
    """Run `job` in its own process; print its wall and CPU seconds and peak memory, and return its wall seconds."""
    begin = time.perf_counter()
    child = os.fork()
    if not child:
        job()
        sys.stdout.flush()
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{name} failed")
    seconds, cpu = time.perf_counter() - begin, usage.ru_utime + usage.ru_stime
    print(f"{name}: {seconds:.1f} s, {cpu:.1f} s of CPU time, {usage.ru_maxrss / 2**20:.2f} GiB at its peak")
    return seconds


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--format", choices=["csv", "jsonl", "parquet"], default="csv")
    parser.add_argument("--split", choices=SPLITS, default="hash")
    parser.add_argument("--plot", type=int, default=200, help="characters of a plot")
    options = parser.parse_args()
    print("python", *sys.argv)
    with tempfile.TemporaryDirectory(prefix="bench-table-") as scratch:
        folder = Path(scratch)
        table = folder / f"films.{'csv' if options.format == 'parquet' else options.format}"
        write_table(table, options.rows, options.plot)
        if options.format == "parquet":
            import polars

            measured(
                "conversion", partial(lambda: polars.scan_csv(table).sink_parquet(folder / "films.parquet"))
            )
            table = folder / "films.parquet"
        print(f"{options.rows} rows, {table.stat().st_size / 2**20:.0f} MiB")
        total = measured("listing", partial(listing, folder, str(table)))
        total += measured("samples", partial(samples, folder, options.split))
        print(f"together: {total:.1f} s")
