"""Kill the crawl's own scripts at the n-th request and run them again: same bytes, nothing asked for twice."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests
from PIL import Image

from humancentric.tmdb_replica import Fault, Replica, Reply

SCRIPTS = Path(__file__).parents[2] / "workflow" / "scripts"
CONNECTIONS = 8
PROBE = "/3/authentication"
FILMS = 130
RUN = """
import json, runpy, sys
from types import SimpleNamespace as Namespace
script, job = sys.argv[1], json.loads(sys.argv[2])
class Output(list):
    pass
output = Output(job["output"].values())
vars(output).update(job["output"])
parts = {name: Namespace(**job[name]) for name in ("input", "params", "wildcards")}
snakemake = Namespace(**parts, output=output, log=[job["log"]], config=job["config"])
runpy.run_path(script, init_globals={"snakemake": snakemake})
"""


def film(number):
    released = date(2000, 1, 1) + timedelta(days=number)
    return {
        "id": number,
        "title": f"Film {number}",
        "overview": f"Plot {number}.",
        "genre_ids": [18],
        "release_date": released.isoformat(),
        "poster_path": None if number % 17 == 0 else f"/p{number}.jpg",
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    (folder / "posters").mkdir()
    buffer = io.BytesIO()
    Image.new("RGB", (64, 96), 90).save(buffer, "JPEG")
    for number in range(FILMS):
        if number % 13:
            (folder / "posters" / f"p{number}.jpg").write_bytes(buffer.getvalue())
    lines = [json.dumps(film(number)) for number in [*range(FILMS), 5, 77]]
    (folder / "catalogue.jsonl").write_text("\n".join(lines))
    return folder / "catalogue.jsonl", folder / "posters"


class Crawl:
    """The crawl of one dataset in a folder of its own, from a replica that can kill it."""

    def __init__(self, folder, files):
        self.results = folder / "results" / "films"
        self.folder, self.moment, self.process, self.asked = folder, None, None, []
        self.replica = Replica(*files, token="t", faults=self.fault)

    def fault(self, asked, number):
        self.asked.append(asked)
        if self.moment is not None and len(self.asked) == self.moment:
            self.process.send_signal(signal.SIGKILL)
            return Fault(delay=0.02)
        return None

    def run(self, script, moment=None, **job):
        """Run a script, killed at its `moment`-th request; return its exit status and what it asked for."""
        settings = {
            "api_url": self.replica.api_url,
            "image_url": self.replica.image_url,
            "requests_per_second": 1000,
            "terms_acknowledged": False,
        }
        job = {
            "input": {},
            "wildcards": {},
            "log": str(self.folder / "log"),
            "config": {"tmdb": settings},
        } | job
        self.asked, self.moment = [], moment
        command = [sys.executable, "-c", RUN, str(SCRIPTS / script), json.dumps(job)]
        environ = os.environ | {"TMDB_TOKEN": "t", "PYTHONPATH": str(SCRIPTS)}
        self.process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)
        _, self.told = self.process.communicate(timeout=60)
        asked, self.moment = self.asked, None
        self.settle()
        return self.process.returncode, [entry for entry in asked if entry.path != PROBE]

    def settle(self):
        """Return once the replica has read everything that a killed client had sent.

        Connections are accepted in order, so that the probe's comes after all of those.
        """
        requests.get(self.replica.url + PROBE, headers={"Connection": "close"}, timeout=10)
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:
                thread.join(10)

    def list(self, moment=None):
        params = {"source": {"kind": "tmdb"}, "between": ["2000-01-01", "2000-12-31"]}
        output = {"slice": str(self.results / "crawl" / "2000.parquet")}
        return self.run("crawl_slice.py", moment, params=params, output=output)

    def merge(self):
        slices = {"slices": [str(self.results / "crawl" / "2000.parquet")]}
        return self.run(
            "merge_listing.py",
            input=slices,
            params={},
            output={"listing": str(self.results / "listing.parquet")},
        )

    def fetch(self, moment=None):
        return self.run(
            "fetch_posters.py",
            moment,
            input={"listing": str(self.results / "listing.parquet")},
            params={
                "source": {"kind": "tmdb"},
                "shards": 2,
                "sizes": ["w600_and_h900_bestv2", "w780"],
            },
            wildcards={"shard": "1"},
            output={
                "images": str(self.results / "images" / "standard" / "1.parquet"),
                "rejects": str(self.results / "rejects" / "1.parquet"),
            },
        )

    def spooled(self):
        return {path.name for path in self.results.glob("spool/*/*/*") if not path.name.startswith(".")}

    def bytes(self):
        return {
            str(path.relative_to(self.results)): path.read_bytes() for path in self.results.rglob("*.parquet")
        }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, files):
    crawl = Crawl(tmp_path_factory.mktemp("undisturbed"), files)
    with crawl.replica:
        status, pages = crawl.list()
        assert status == 0, crawl.told
        assert crawl.merge()[0] == 0, crawl.told
        status, posters = crawl.fetch()
        assert status == 0, crawl.told
    assert len(pages) == 7
    assert crawl.spooled() == set()
    return crawl.bytes(), len(pages), len(posters)


def test_pages_that_had_arrived_are_not_asked_for_again(tmp_path, files, undisturbed):
    crawl = Crawl(tmp_path, files)
    pages = 0
    with crawl.replica:
        for moment in (1, 3, 2):
            before = crawl.spooled()
            status, asked = crawl.list(moment)
            assert status == -signal.SIGKILL
            pages += len(asked)
            assert before <= crawl.spooled()
            again = {f"_{int(dict(page.query)['page']):03d}.json" for page in asked}
            assert not [name for name in before if name.endswith(tuple(again))]
        before = crawl.spooled()
        status, asked = crawl.list()
        assert status == 0, crawl.told
        assert len(asked) == undisturbed[1] - len(before)
        assert crawl.spooled() == set()
    name = "crawl/2000.parquet"
    assert crawl.bytes()[name] == undisturbed[0][name]
    assert pages + len(asked) <= undisturbed[1] + 3 * CONNECTIONS


def test_posters_that_had_arrived_are_not_asked_for_again(tmp_path, files, undisturbed):
    crawl = Crawl(tmp_path, files)
    with crawl.replica:
        assert crawl.list()[0] == 0
        assert crawl.merge()[0] == 0
        total = 0
        for moment in (5, 25, 20):
            before = crawl.spooled()
            status, asked = crawl.fetch(moment)
            assert status == -signal.SIGKILL
            total += len(asked)
            names = {image.path.rsplit("/", 1)[1] for image in asked}
            assert not [key for key in before if key.split("-", 1)[1] in names]
        kept = {key.split("-", 1)[1] for key in crawl.spooled()}
        assert len(kept) > 25
        status, asked = crawl.fetch()
        assert status == 0, crawl.told
        assert not kept & {image.path.rsplit("/", 1)[1] for image in asked}
        assert crawl.spooled() == set()
    assert crawl.bytes() == undisturbed[0]
    # An image in flight at a kill may have been answered with 404 once before: two requests each.
    assert total + len(asked) <= undisturbed[2] + 3 * 2 * CONNECTIONS


def test_a_token_that_is_withdrawn_stops_the_job_and_keeps_what_arrived(tmp_path, files, undisturbed):
    refused = Fault(reply=Reply(401, b'{"status_code": 7, "status_message": "Invalid API key"}'))
    crawl = Crawl(tmp_path, files)
    crawl.replica.faults = lambda asked, number: refused if number >= 4 else None
    with crawl.replica:
        status, _ = crawl.list()
        assert status == 1
        errors = [line for line in crawl.told.splitlines() if "ERROR" in line]
        assert len(errors) == 1
        assert "TMDB_TOKEN: refused by 127.0.0.1 (401: Invalid API key); set TMDB_TOKEN" in errors[0]
        assert "Traceback" not in crawl.told
        kept = len(crawl.spooled())
        assert kept >= 1
        crawl.replica.faults = crawl.fault
        status, asked = crawl.list()
        assert status == 0, crawl.told
        assert len(asked) == undisturbed[1] - kept
    assert crawl.bytes()["crawl/2000.parquet"] == undisturbed[0]["crawl/2000.parquet"]
