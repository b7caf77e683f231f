"""Crawl one dataset from a local TMDb replica whose faults and request log are controlled by the test."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

from demo_data.replica.faults import Fault
from demo_data.replica.replica import Replica
from project import ROOT

SCRIPTS = ROOT / "workflow" / "scripts"
CONNECTIONS = 8
TOKEN = "s3cret-token-0123456789"
SHARDS = 2
RELEASED = {"from": "1900-01-01", "to": "2099-12-31"}
YEARS = 100  # per slice
SLICES = {"1900-1999": ["1900-01-01", "1999-12-31"], "2000-2099": ["2000-01-01", "2099-12-31"]}
SIZES = ["w600_and_h900_bestv2", "w780"]
LIMITS = {"min_side": 64, "max_pixels": 50_000_000, "max_bytes": 32 * 2**20}
# Seconds: the client's default times divided by about forty.
SHORT_TIMES = {"backoff": 0.025, "timeout": 0.5, "deadline": 1.5}


class Crawl:
    """A crawl of slices, listing and posters; every call of `run` runs the scripts in one process."""

    def __init__(self, folder: Path, files: tuple[Path, Path]) -> None:
        self.folder, self.results, self.stderr = folder, folder / "results" / "films", ""
        self.replica = Replica(*files, token=TOKEN)
        self.process: subprocess.Popen | None = None

    def settings(self) -> dict:
        return {
            "api_url": self.replica.api_url,
            "image_url": self.replica.image_url,
            "poster_sizes": SIZES,
            "requests_per_second": 1000,
            "terms_acknowledged": False,
        }

    def jobs(self) -> list[tuple[str, dict]]:
        """Return the scripts in the order of execution, each with the arguments that its rule passes."""
        released = {"released": list(RELEASED.values())}
        source, path_of = {"kind": "tmdb"}, lambda *parts: str(self.results.joinpath(*parts))
        slices = [path_of("crawl", f"{name}.parquet") for name in SLICES]
        listing, shards = path_of("listing.parquet"), [str(number) for number in range(SHARDS)]
        rejects = [path_of("rejects", f"{shard}.parquet") for shard in shards]
        listings = [
            ("crawl_slice.py", {"params": {"source": source, "between": dates}, "output": {"slice": path}})
            for path, dates in zip(slices, SLICES.values(), strict=True)
        ]
        posters = [
            (
                "fetch_posters.py",
                {
                    "input": {"listing": listing},
                    "params": {"source": source, "shards": SHARDS, "sizes": SIZES, "limits": LIMITS},
                    "wildcards": {"shard": shard},
                    "output": {"images": path_of("images", "standard", f"{shard}.parquet"), "rejects": path},
                },
            )
            for shard, path in zip(shards, rejects, strict=True)
        ]
        return [
            *listings,
            (
                "merge_listing.py",
                {"input": {"slices": slices}, "params": released, "output": {"listing": listing}},
            ),
            *posters,
        ]

    def start(self, token: str = TOKEN, largest_file: int | None = None, **client: float) -> subprocess.Popen:
        """Start a run; `client` replaces default times of the HTTP client."""
        task = {
            "scripts": str(SCRIPTS),
            "jobs": self.jobs(),
            "config": {"tmdb": self.settings()},
            "log": str(self.folder / "log"),
            "client": SHORT_TIMES | client,
            "largest_file": largest_file,
        }
        command = [sys.executable, str(Path(__file__).with_name("crawl_jobs.py")), json.dumps(task)]
        environ = os.environ | {"TMDB_TOKEN": token}
        self.process = subprocess.Popen(
            command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        return self.process

    def run(self, **options) -> int:
        """Run to the end, set `stderr` and wait for the replica to settle; return the exit status."""
        self.start(**options)
        return self.ended()

    def ended(self) -> int:
        """Wait for the end of the started run; return its exit status."""
        _, self.stderr = self.process.communicate(timeout=120)
        assert TOKEN not in self.stderr
        self.replica.settle()
        return self.process.returncode

    def errors(self) -> list[str]:
        """Return the error lines of the last run; fail if it printed a traceback."""
        assert "Traceback" not in self.stderr, self.stderr
        return [line for line in self.stderr.splitlines() if " ERROR " in line]

    def tables(self) -> dict[str, bytes]:
        """Return {name: bytes} of every table."""
        return tables_in(self.results)

    def answered(self) -> Counter:
        """Return how often each request received a complete response."""
        return Counter(map(str, self.replica.answered))

    def leftovers(self) -> list[Path]:
        """Return the files that a finished crawl must not leave: temporary files and cached parts of tables."""
        cached = (self.results / "spool").rglob("[!.]*")
        return [path for path in [*self.results.rglob("*.tmp"), *cached] if path.is_file()]


def items(requests: Counter) -> set[str]:
    """Return the requested pages and posters, where several sizes of a poster count once."""
    return {request.rsplit("/", 1)[1] for request in requests}


def tables_in(results: Path) -> dict[str, bytes]:
    """Return {name: bytes} of every table below `results`, without the crawl's download cache."""
    found = {str(path.relative_to(results)): path for path in sorted(results.rglob("[!.]*.parquet"))}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith("spool/")}


class Killer:
    """A fault plan that kills the crawl's process at or shortly after the n-th request of the current run."""

    def __init__(self, crawl: Crawl, seed: int) -> None:
        self.crawl, self.draw = crawl, random.Random(seed)
        self.kill_at, self.seen, self.delay = 0, 0, 0.0
        crawl.replica.faults = self

    def aim(self, left: int, kills: int) -> None:
        """Draw the request of the next kill, so that `kills` kills spread over the `left` remaining requests."""
        self.kill_at, self.seen = self.draw.randint(1, max(1, 2 * left // (kills + 1))), 0
        self.delay = self.draw.choice([0.0, self.draw.uniform(0, 0.03)])

    def disarm(self) -> None:
        """Stop killing."""
        self.kill_at = 0

    def __call__(self, request, number):
        self.seen += 1
        if self.seen != self.kill_at:
            return None
        # With a delay, the signal may also arrive between two requests.
        if self.delay:
            threading.Timer(self.delay, self.kill).start()
            return None
        self.kill()
        return Fault(delay=0.02)

    def kill(self) -> None:
        self.crawl.process.send_signal(signal.SIGKILL)
