"""The crawl of TMDb at full size, against a replica on this machine: the limit's use, memory, posters a second.

    PYTHONPATH=workflow/scripts:tests/support python bench/crawl.py [--films 200000] [--rate 40] [--jobs 8]
      [--posters 600]

First `--films` synthetic films are listed from a replica that answers `--rate` requests a second and 429 beyond that,
by `--jobs` jobs one after the other, each a process of its own with an equal number of years, as the workflow runs
them. The share of the limit is what was answered of what could have been, with the jobs' starts and without them
(from a job's first request to its last). Memory is a job's resident set, looked at twice a second.

Then posters are fetched from a replica that takes `--delay` seconds for an answer, as a network does: by a plain loop
of `requests.get`, by a thread pool of the same size as ours with a `requests.Session` a thread, and by ours. The first
two write what comes to files; ours checks every picture, keeps it on disk against a kill and writes the table. The
three alternate `--rounds` times, and the fastest of each side counts.
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
    """Serve synthetic films, and one poster under every name, until `control` says something."""
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
    """Yield the two addresses of a replica in a process of its own."""
    here, there = FRESH.Pipe()
    process = FRESH.Process(target=serve, args=(there, films, request_log and str(request_log), limit, delay))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("stop")
        process.join(10)


def list_job(urls: tuple[str, str], years: tuple[int, int], rate: float, folder: str) -> None:
    """List the films of some years as a job of the workflow does."""
    first, last = date(years[0], 1, 1), date(years[1] - 1, 12, 31)
    spool = DownloadCache(Path(folder) / "spool" / str(years[0]))
    with Client(*urls, token="t", requests_per_second=rate) as client:
        listing, known = list_slice(client, first, last, spool)
    tables.write(Path(folder) / f"{years[0]}.parquet", listing, LISTING, known)


def resident(process: int) -> float:
    """Return the resident set of a process in MB, 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS")), 0.0)


def used(
    request_log: Path, rate: float, starts: list[float], seconds: float
) -> tuple[float, float, int, int]:
    """Return the shares of the limit with and without the jobs' starts, and the numbers of answers and of 429s."""
    events = [json.loads(line) for line in request_log.read_text().splitlines()]
    answered = [event["at"] for event in events if event.get("status") == 200]
    refused = sum(event.get("status") == 429 for event in events)
    asked = [event["at"] for event in events if "request" in event]
    jobs = [[at for at in asked if begin <= at < end] for begin, end in pairwise([*starts, float("inf")])]
    at_work = sum(max(job) - min(job) for job in jobs if job)
    return len(answered) / (rate * seconds), len(answered) / (rate * at_work), len(answered), refused


def listing(films: int, rate: float, jobs: int) -> None:
    """Print how a catalogue is listed under a limit."""
    edges = [FIRST + round((LAST + 1 - FIRST) * place / jobs) for place in range(jobs + 1)]
    with tempfile.TemporaryDirectory() as folder:
        request_log = Path(folder) / "requests.jsonl"
        with replica(films, request_log, rate) as urls:
            begin, starts, memory = time.monotonic(), [], []
            for years in pairwise(edges):
                starts.append(time.monotonic() - begin)
                process = FRESH.Process(target=list_job, args=(urls, years, rate, folder))
                process.start()
                seen = []
                while process.is_alive():
                    seen.append(resident(process.pid))
                    process.join(0.5)
                memory.append(seen)
                assert process.exitcode == 0
            seconds = time.monotonic() - begin
        offset = min(json.loads(line)["at"] for line in request_log.open())
        starts = [start - starts[0] + offset - 1e-3 if place else 0.0 for place, start in enumerate(starts)]
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
    """Fetch with a thread pool, one session a thread."""
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
    """Print how many posters a second each of the three ways gets."""
    ways: dict[str, Callable] = {"plain loop": plain, "thread pool": pool, "ours": ours}
    best = dict.fromkeys(ways, 0.0)
    with replica(1, delay=delay) as urls:
        for turn in range(rounds):
            for name, way in ways.items():
                count = number // (MOST_CONNECTIONS if way is plain else 1)
                names = [f"/{turn}-{place:06d}.jpg" for place in range(count)]
                with tempfile.TemporaryDirectory() as folder:
                    begin = time.perf_counter()
                    way(urls, names, Path(folder))
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
