"""What the engine plans for crawled datasets: their names as targets, and who may ask the service at one time."""

import re
from pathlib import Path

import pytest
import yaml

from project import ROOT
from running import copy_project, plan, snakemake

PAPER = ("--configfile", "config/paper.yaml")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Path:
    """Return a copy of the project in which nothing was ever run."""
    return copy_project(tmp_path_factory.mktemp("fresh") / "project", results=False)


def overlay(folder: Path, **config) -> tuple[str, ...]:
    (folder / "mine.yaml").write_text(yaml.safe_dump(config))
    return "--configfile", "config/paper.yaml", "mine.yaml"


def test_every_dataset_is_a_target_by_its_name(fresh):
    jobs = plan(fresh, "plotster", *PAPER)
    assert jobs == {
        "crawl_slice": 2021 - 1880 + 1,
        "merge_listing": 1,
        "fetch_posters": 64,
        "samples": 1,
        "plotster": 1,
    }
    assert plan(fresh, "plotster-recent", *PAPER)["crawl_slice"] == 2


def test_a_name_that_is_a_rule_s_already_stays_a_rule_s(fresh):
    row = yaml.safe_load((ROOT / "config" / "datasets.yaml").read_text())["datasets"]["plotster"]
    source = {"kind": "tmdb", "released": {"from": "1990-01-01", "to": "2024-12-31"}}
    source |= {"original_language": "fr", "genres": ["Horror"]}
    args = overlay(fresh, datasets={"samples": row | {"source": source}})
    assert plan(fresh, "results/samples/samples.parquet", *args)["crawl_slice"] == 2024 - 1990 + 1


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"genres": ["Horor"]}, "datasets.plotster.source.genres.0 is 'Horor'; did you mean 'Horror'?"),
        ({"original_language": "french"}, "datasets.plotster.source.original_language is 'french'; use an"),
    ],
)
def test_a_wrong_filter_is_one_line(fresh, source, told):
    run = snakemake(fresh, "-n", *overlay(fresh, datasets={"plotster": {"source": source}}), check=False)
    assert run.returncode != 0
    assert told in run.stdout + run.stderr


@pytest.mark.parametrize(
    ("profile", "jobs", "share"), [("profiles/default", 1, 100), ("profiles/slurm", 3, 33), ("none", 8, 12)]
)
def test_jobs_that_may_ask_at_one_time_share_the_rate_whatever_the_profile(fresh, profile, jobs, share):
    args = ("--workflow-profile", profile, *overlay(fresh, tmdb={"jobs": jobs}))
    told = snakemake(fresh, "plotster-recent", "--dry-run", "--cores", "8", *args).stdout
    assert re.findall(r"tmdb=(\d+)", told) == [str(share)] * (2 + 16)


def test_a_replica_is_not_asked_politely(fresh):
    told = snakemake(fresh, "demo-movies", "--dry-run", "--cores", "2").stdout
    assert "rule crawl_slice:" in told
    assert set(re.findall(r"tmdb=(\d+)", told)) <= {"0"}
