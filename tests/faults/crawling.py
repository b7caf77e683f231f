"""The crawl of one dataset in a folder of its own, from a replica whose faults and request log the test sees."""

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
# A minute's patience in seconds: the client's own times, divided by about forty.
HURRIED = {"backoff": 0.025, "timeout": 0.5, "deadline": 1.5}


class Crawl:
    """Slices, listing, posters: made by the scripts in one process, as often as `run` is called."""

    def __init__(self, folder: Path, files: tuple[Path, Path]) -> None:
        self.folder, self.results, self.told = folder, folder / "results" / "films", ""
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
        """Return the scripts in the order in which they run, with what the rules give them."""
        released = {"released": list(RELEASED.values())}
        source, at = {"kind": "tmdb"}, lambda *parts: str(self.results.joinpath(*parts))
        slices = [at("crawl", f"{name}.parquet") for name in SLICES]
        listing, shards = at("listing.parquet"), [str(number) for number in range(SHARDS)]
        rejects = [at("rejects", f"{shard}.parquet") for shard in shards]
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
                    "output": {"images": at("images", "standard", f"{shard}.parquet"), "rejects": path},
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
        """Begin a run; `client` are times of the client's."""
        task = {
            "scripts": str(SCRIPTS),
            "jobs": self.jobs(),
            "config": {"tmdb": self.settings()},
            "log": str(self.folder / "log"),
            "client": HURRIED | client,
            "largest_file": largest_file,
        }
        command = [sys.executable, str(Path(__file__).with_name("crawl_jobs.py")), json.dumps(task)]
        environ = os.environ | {"TMDB_TOKEN": token}
        self.process = subprocess.Popen(
            command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        return self.process

    def run(self, **options) -> int:
        """Run once; return the exit status, with the replica settled and what was said in `told`."""
        self.start(**options)
        return self.ended()

    def ended(self) -> int:
        """Wait for the run that was begun; return its exit status."""
        _, self.told = self.process.communicate(timeout=120)
        assert TOKEN not in self.told
        self.replica.settle()
        return self.process.returncode

    def errors(self) -> list[str]:
        """Return the lines of the last run that report an error; nothing may look like a programming error."""
        assert "Traceback" not in self.told, self.told
        return [line for line in self.told.splitlines() if " ERROR " in line]

    def tables(self) -> dict[str, bytes]:
        """Return the bytes of every table."""
        return tables_in(self.results)

    def answered(self) -> Counter:
        """Return how often each request got its answer, whole."""
        return Counter(map(str, self.replica.answered))

    def leftovers(self) -> list[Path]:
        """Return what a finished crawl should not leave behind: temporary files, and pieces of finished tables."""
        pieces = (self.results / "spool").rglob("[!.]*")
        return [path for path in [*self.results.rglob("*.tmp"), *pieces] if path.is_file()]


def items(requests: Counter) -> set[str]:
    """Return what the requests are about: a page, or a poster, of which several sizes may have been asked for."""
    return {request.rsplit("/", 1)[1] for request in requests}


def tables_in(results: Path) -> dict[str, bytes]:
    """Return the bytes of every table under `results`, without what the crawl keeps for itself."""
    found = {str(path.relative_to(results)): path for path in sorted(results.rglob("[!.]*.parquet"))}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith("spool/")}


class Killer:
    """A fault plan that kills the crawl's process a little after its n-th request of the present run."""

    def __init__(self, crawl: Crawl, seed: int) -> None:
        self.crawl, self.draw = crawl, random.Random(seed)
        self.moment, self.heard, self.delay = 0, 0, 0.0
        crawl.replica.faults = self

    def aim(self, left: int, kills: int) -> None:
        """Choose the next moment so that `kills` kills spread over the `left` requests that are still to come."""
        self.moment, self.heard = self.draw.randint(1, max(1, 2 * left // (kills + 1))), 0
        self.delay = self.draw.choice([0.0, self.draw.uniform(0, 0.03)])

    def rest(self) -> None:
        """Kill no more."""
        self.moment = 0

    def __call__(self, asked, number):
        self.heard += 1
        if self.heard != self.moment:
            return None
        # The signal comes between two requests as well as during one.
        if self.delay:
            threading.Timer(self.delay, self.kill).start()
            return None
        self.kill()
        return Fault(delay=0.02)

    def kill(self) -> None:
        self.crawl.process.send_signal(signal.SIGKILL)
