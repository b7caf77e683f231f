"""Measure the TMDb crawl at full size against a local replica: use of the rate limit, memory, posters per second.

    PYTHONPATH=workflow/scripts:tests/support python bench/crawl.py [--films 200000] [--rate 40] [--jobs 8]
      [--posters 600]

First, `--films` synthetic films are listed from a replica that answers `--rate` requests per second and replies 429
beyond that rate. As in the workflow, `--jobs` jobs run one after the other, each in its own process with an equal
number of years. The share of the limit is the number of responses divided by the largest possible number, with and
without the startup of jobs (from a job's first request to its last). Memory is a job's resident set, sampled twice per
second.

Then posters are fetched from a replica that delays every response by `--delay` seconds, as a network does: with a plain
loop of `requests.get`, with a thread pool of the same size as ours and one `requests.Session` per thread, and with the
workflow's code. The first two write the responses to files; ours also checks every image, caches it on disk in case the
job is killed, and writes the table. The three alternate for `--rounds` rounds; the fastest round of each counts.
"""

import argparse
import json
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import requests

from demo_data.film_posters import draw_poster
from demo_data.films import film
from demo_data.replica.faults import Fault, Limit
from demo_data.replica.replica import Replica
from humancentric.core import tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.http_client import MOST_CONNECTIONS
from humancentric.core.schemas import LISTING
from humancentric.sources.tmdb import posters
from humancentric.sources.tmdb.api import Client
from humancentric.sources.tmdb.crawl import list_slice
from humancentric.sources.tmdb.posters import Limits, fetch
from synthetic_films import SyntheticFilms

FRESH = multiprocessing.get_context("spawn")  # a process without what this one has imported or opened
FIRST, LAST = 1900, 2021
SIZE = "w780"


def serve(
    control: Connection, films: int, request_log: str | None, limit: float | None, delay: float
) -> None:
    """Serve synthetic films and the same poster under every name, until `control` receives a message."""
    buffer = BytesIO()
    draw_poster(film(0, 0)).save(buffer, "JPEG", quality=90)
    faults = {"*": Fault(delay=delay, times=None)} if delay else ()
    options = {"limit": Limit(limit) if limit else None, "faults": faults, "request_log_path": request_log}
    with Replica(SyntheticFilms(films), lambda size, name: buffer.getvalue(), **options) as replica:
        control.send((replica.api_url, replica.image_url))
        control.recv()


@contextmanager
def replica(
    films: int, request_log: Path | None = None, limit: float | None = None, delay: float = 0.0
) -> Iterator[Any]:
    """Run a replica in its own process; yield its URLs of the API and of images."""
    parent_end, child_end = FRESH.Pipe()
    process = FRESH.Process(
        target=serve, args=(child_end, films, request_log and str(request_log), limit, delay)
    )
    process.start()
    try:
        yield parent_end.recv()
    finally:
        parent_end.send("stop")
        process.join(10)


def list_job(urls: tuple[str, str], years: tuple[int, int], rate: float, folder: str) -> None:
    """List the films of some years as a job of the workflow does."""
    first, last = date(years[0], 1, 1), date(years[1] - 1, 12, 31)
    spool = DownloadCache(Path(folder) / "spool" / str(years[0]))
    with Client(*urls, token="t", requests_per_second=rate) as client:
        listing, known = list_slice(client, first, last, spool)
    tables.write(Path(folder) / f"{years[0]}.parquet", listing, LISTING, known)


def resident(process: int) -> float:
    """Return the resident set of a process in MB, or 0 if it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS")), 0.0)


def used(
    request_log: Path, rate: float, starts: list[float], seconds: float
) -> tuple[float, float, int, int]:
    """Return the shares of the limit with and without the startup of jobs, the number of responses, and of 429s."""
    events = [json.loads(line) for line in request_log.read_text().splitlines()]
    answered = [event["at"] for event in events if event.get("status") == 200]
    refused = sum(event.get("status") == 429 for event in events)
    requested = [event["at"] for event in events if "request" in event]
    jobs = [[at for at in requested if begin <= at < end] for begin, end in pairwise([*starts, float("inf")])]
    at_work = sum(max(job) - min(job) for job in jobs if job)
    return len(answered) / (rate * seconds), len(answered) / (rate * at_work), len(answered), refused


def listing(films: int, rate: float, jobs: int) -> None:
    """Print the speed and memory of listing a catalogue under a rate limit."""
    edges = [FIRST + round((LAST + 1 - FIRST) * index / jobs) for index in range(jobs + 1)]
    with tempfile.TemporaryDirectory() as folder:
        request_log = Path(folder) / "requests.jsonl"
        with replica(films, request_log, rate) as urls:
            begin, starts, memory = time.monotonic(), [], []
            for years in pairwise(edges):
                starts.append(time.monotonic() - begin)
                process = FRESH.Process(target=list_job, args=(urls, years, rate, folder))
                process.start()
                samples = []
                while process.is_alive():
                    samples.append(resident(process.pid))
                    process.join(0.5)
                memory.append(samples)
                assert process.exitcode == 0
            seconds = time.monotonic() - begin
        offset = min(json.loads(line)["at"] for line in request_log.open())
        starts = [start - starts[0] + offset - 1e-3 if index else 0.0 for index, start in enumerate(starts)]
        whole, inside, answered, refused = used(request_log, rate, starts, seconds)
        found = sum(tables.read_metadata(path)["films"] for path in Path(folder).glob("*.parquet"))
        missing = sum(tables.read_metadata(path)["shortfall"] for path in Path(folder).glob("*.parquet"))
    print(f"listing: {found} of {films} films (others have no date), shortfall {missing}, {seconds:.0f} s")
    print(
        f"  {answered} answers, {refused} times 429; {answered * 20 / found:.2f} times the least number of pages"
    )
    print(f"  share of the limit of {rate:g}/s: {inside:.1%} in the jobs, {whole:.1%} with their starts")
    longest = max(memory, key=len)
    quarters = [f"{longest[len(longest) * part // 4]:.0f}" for part in (1, 2, 3)]
    print(
        f"  memory: at most {max(map(max, memory)):.0f} MB; largest job after 1/4, 1/2, 3/4: {', '.join(quarters)}"
    )


def plain(urls: tuple[str, str], names: list[str], folder: Path) -> None:
    """Fetch with a loop of `requests.get`."""
    for name in names:
        answer = requests.get(f"{urls[1]}/{SIZE}{name}", timeout=30)
        (folder / name[1:]).write_bytes(answer.content)


def pool(urls: tuple[str, str], names: list[str], folder: Path) -> None:
    """Fetch with a thread pool and one session per thread."""
    local = threading.local()

    def get(name: str) -> None:
        if not hasattr(local, "session"):
            local.session = requests.Session()
        (folder / name[1:]).write_bytes(local.session.get(f"{urls[1]}/{SIZE}{name}", timeout=30).content)

    with ThreadPoolExecutor(MOST_CONNECTIONS) as threads:
        list(threads.map(get, names))


def ours(urls: tuple[str, str], names: list[str], folder: Path) -> None:
    """Fetch as a job of the workflow does."""
    wanted, spool, limits = [(name[1:-4], name) for name in names], DownloadCache(folder / "spool"), Limits()
    with Client(*urls, token="t", requests_per_second=None) as client:
        arriving = fetch(client, wanted, [SIZE], spool, limits)
        posters.write(arriving, folder / "images.parquet", folder / "rejects.parquet", spool, limits)


def compare_posters(number: int, delay: float, rounds: int) -> None:
    """Print the number of posters per second for each of the three methods."""
    methods: dict[str, Callable] = {"plain loop": plain, "thread pool": pool, "ours": ours}
    best = dict.fromkeys(methods, 0.0)
    with replica(1, delay=delay) as urls:
        for turn in range(rounds):
            for name, method in methods.items():
                count = number // (MOST_CONNECTIONS if method is plain else 1)
                names = [f"/{turn}-{index:06d}.jpg" for index in range(count)]
                with tempfile.TemporaryDirectory() as folder:
                    begin = time.perf_counter()
                    method(urls, names, Path(folder))
                    best[name] = max(best[name], count / (time.perf_counter() - begin))
    print(f"posters a second, {delay:g} s an answer, {MOST_CONNECTIONS} connections:")
    for name, speed in best.items():
        print(f"  {name:12} {speed:7.1f}   ours is {best['ours'] / speed:.2f} times as fast")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--films", type=int, default=200_000)
    parser.add_argument("--rate", type=float, default=40.0)
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--posters", type=int, default=600)
    parser.add_argument("--delay", type=float, default=0.1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.films:
        listing(options.films, options.rate, options.jobs)
    if options.posters:
        compare_posters(options.posters, options.delay, options.rounds)
