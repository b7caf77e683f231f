"""Snakemake's own views of a finished study: graphs, summary and report."""

import csv
import re
from collections import Counter

import pytest

from running import plan, snakemake

NODE = re.compile(r'^\s*\d+ ?\[label ?= ?"(\w+)', re.MULTILINE)
FILES_OF = re.compile(r'<b><font point-size="18">(\w+)</font></b>')


@pytest.fixture(scope="module")
def jobs(copied) -> Counter[str]:
    """Return the number of jobs by rule; `all` is a further node of every graph."""
    return plan(copied, "--forceall") + Counter({"all": 1})


def test_the_graph_of_jobs_has_a_node_for_each(copied, jobs):
    printed = snakemake(copied, "--dag").stdout
    assert printed.startswith("digraph ")  # without other output, so that it can be piped into dot
    assert Counter(NODE.findall(printed)) == jobs


@pytest.mark.parametrize(("view", "pattern"), [("--rulegraph", NODE), ("--filegraph", FILES_OF)])
def test_the_graphs_of_rules_and_files_have_a_node_for_each_rule(copied, jobs, view, pattern):
    printed = snakemake(copied, view).stdout
    assert printed.startswith("digraph ")
    assert sorted(pattern.findall(printed)) == sorted(jobs)


@pytest.mark.parametrize("view", ["--summary", "--detailed-summary"])
def test_the_summary_says_of_every_file_that_it_is_there(copied, jobs, view):
    rows = list(csv.DictReader(snakemake(copied, view).stdout.splitlines(), delimiter="\t"))
    assert {row["rule"] for row in rows} == set(jobs) - {"all"}
    assert {(row["status"], row["plan"]) for row in rows} == {("ok", "no update")}
    assert all((copied / row["output_file"]).exists() for row in rows)


def test_the_engine_s_report_has_the_page_and_the_tables(copied, tmp_path):
    snakemake(copied, "--report", str(tmp_path / "report.html"))
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    for name in ("report.html", "demo-movies.md", "fewshot.png", "masking-demo-movies.png"):
        assert name in text, name
