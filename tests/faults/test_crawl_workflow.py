"""Run the crawl through Snakemake, interrupt it by a kill or a revoked token, and run it again."""

import os
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from crawling import CONNECTIONS, RELEASED, SHARDS, TOKEN, YEARS, Crawl, Killer, items, tables_in

from demo_data.replica.faults import failing
from demo_data.replica.replica import Replica
from running import SNAKEMAKE, copy_project, plan, snakemake

FILMS = {
    "source": {"kind": "tmdb", "released": RELEASED, "years_per_slice": YEARS},
    "task": "multi-label",
    "human_centric": True,
    "views": {
        "standard": {"modality": "image"},
        "title": {"modality": "text"},
        "plot": {"modality": "text", "column": "overview"},
    },
    "split": {"test": 0.25},
    "shards": SHARDS,
}
TARGET = "results/films/samples.parquet"
COMMAND = (TARGET, "--cores", "2", "--configfile", "films.yaml")


class Study:
    """A copy of the project that is configured to crawl the replica."""

    def __init__(self, folder: Path, films: tuple[Path, Path]) -> None:
        self.replica = Replica(*films, token=TOKEN)
        self.folder = copy_project(folder / "project", results=False)
        self.process: subprocess.Popen | None = None
        tmdb = {
            "api_url": self.replica.api_url,
            "image_url": self.replica.image_url,
            "requests_per_second": 1000,
        }
        overlay = {"tmdb": tmdb, "datasets": {"films": FILMS}}
        (self.folder / "films.yaml").write_text(yaml.safe_dump(overlay))

    def run(self, check: bool = True) -> subprocess.CompletedProcess:
        """Run to the end and wait for the replica to settle."""
        run = snakemake(self.folder, *COMMAND, check=check, TMDB_TOKEN=TOKEN)
        self.replica.settle()
        return run

    def begin(self) -> None:
        """Start a run in its own session, so that a kill reaches all its processes."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environ = os.environ | {"TMDB_TOKEN": TOKEN}
        self.process = subprocess.Popen(
            [*SNAKEMAKE, *COMMAND], cwd=self.folder, env=environ, start_new_session=True, **quiet
        )

    def tables(self) -> dict[str, bytes]:
        """Return {name: bytes} of every table."""
        return tables_in(self.folder / "results" / "films")

    def answered(self) -> Counter:
        """Return how often each request received a complete response."""
        return Counter(map(str, self.replica.answered))


def content(path: Path) -> str:
    """Return the content of a file as text, including compressed columns and metadata of tables."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        text += str(pq.read_metadata(path).metadata) + str(table.to_pylist())
    return text


class GroupKiller(Killer):
    """Kill Snakemake together with all its jobs."""

    def kill(self) -> None:
        os.killpg(self.crawl.process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def killed(tmp_path_factory, films) -> Study:
    """Return a finished study that had been killed while listing films and while fetching posters."""
    study = Study(tmp_path_factory.mktemp("killed"), films)
    killer = GroupKiller(study, seed=5)
    with study.replica:
        for moment in (6, 50):
            killer.kill_at, killer.seen, killer.delay = moment, 0, 0.0
            study.begin()
            assert study.process.wait(timeout=120) == -signal.SIGKILL
            study.replica.settle()
        killer.disarm()
        study.run()
        assert plan(study.folder, TARGET, "--configfile", "films.yaml") == {}
    return study


def assert_same_crawl(study: Study, undisturbed: Crawl) -> dict[str, bytes]:
    """Assert that the crawl's tables equal those of the undisturbed crawl; return the other tables."""
    tables = study.tables()
    assert {name: tables.pop(name) for name in undisturbed.tables()} == undisturbed.tables()
    return tables


def test_a_study_that_is_killed_while_it_crawls_goes_on(killed, undisturbed):
    assert set(assert_same_crawl(killed, undisturbed)) == {"samples.parquet", "rejects.parquet"}
    assert set(killed.answered()) == set(undisturbed.answered())
    assert len(items(killed.answered() - undisturbed.answered())) <= 2 * CONNECTIONS


def test_a_token_that_is_withdrawn_stops_the_study_and_is_named(tmp_path, films, killed, undisturbed):
    study = Study(tmp_path, films)
    refused = failing(7)
    study.replica.faults = lambda request, number: refused if number >= 3 and "/3/" in request.path else None
    with study.replica:
        run = study.run(check=False)
        assert run.returncode == 1
        assert "TMDB_TOKEN: refused by 127.0.0.1" in run.stdout + run.stderr
        assert (
            len(study.replica.request_log) <= 3 + CONNECTIONS
        )  # neither another job nor a second attempt repeats the request
        study.replica.faults = ()
        study.run()
    assert assert_same_crawl(study, undisturbed) == assert_same_crawl(killed, undisturbed)
    assert study.answered() == undisturbed.answered()
    assert TOKEN not in run.stdout + run.stderr
    left = [path for path in study.folder.rglob("*") if path.is_file()]
    left = [path for path in left if path.relative_to(study.folder).parts[0] != "tests"]
    assert {path.suffix for path in left} >= {".log", ".parquet", ".json", ".tsv"}
    assert [path for path in left if TOKEN in content(path)] == []


def test_two_jobs_at_one_time_stay_below_the_rate_together(tmp_path, films):
    rate, jobs, burst = 40, 2, 4
    study, moments = Study(tmp_path, films), []
    config = yaml.safe_load((study.folder / "films.yaml").read_text())
    config["tmdb"] |= {"requests_per_second": rate, "jobs": jobs}
    (study.folder / "films.yaml").write_text(yaml.safe_dump(config))
    study.replica.faults = lambda request, number: moments.append(time.monotonic())
    with study.replica:
        run = study.run()
    assert re.search(r"^Provided resources:.*tmdb\D+100\b", run.stderr, re.MULTILINE)
    assert set(re.findall(r"^ +resources: .*tmdb=(\d+)", run.stderr, re.MULTILINE)) == {"50"}
    for start in moments:
        assert sum(start <= moment < start + 1 for moment in moments) <= rate + jobs * burst


def test_more_years_ask_for_those_years_only(tmp_path, films, undisturbed):
    study = Study(tmp_path, films)
    config = (study.folder / "films.yaml").read_text()
    (study.folder / "films.yaml").write_text(config.replace(RELEASED["to"], "1999-12-31"))
    with study.replica:
        study.run()
        before = study.answered()
        (study.folder / "films.yaml").write_text(config)
        study.run()
    assert before
    assert not set(before) & set(study.answered() - before)
    assert study.answered() == undisturbed.answered()
    assert_same_crawl(study, undisturbed)
