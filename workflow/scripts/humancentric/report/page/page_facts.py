"""Collect the facts of the run for the page: provenance, cost, and the graph of its rules."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from humancentric.core import files
from humancentric.report.page import costs, provenance_facts, rule_graph
from humancentric.study import report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study


def run_facts(study: Study, row: Mapping[str, Any], results: Path, benchmarks: Path, graph: Path) -> dict:
    """Return the parts of the page's template context that describe the run.

    `row` is the effective configuration, `results` and `benchmarks` are folders, `graph` is the file of the rule
    graph. Missing records are left out: no job is run only to produce them.
    """
    names = report_config.all_datasets(study)
    foreign = {path.name for path in results.glob("*/") if (path / "samples.parquet").exists()} - set(names)
    jobs = costs.jobs(benchmarks, foreign)
    found = provenance_facts.embedded(results, names, row["encoders"] or study.encoders)
    drawn = rule_graph.read(graph)
    return {
        "config": yaml.safe_dump(dict(row), sort_keys=False, allow_unicode=True, width=100),
        "protocols": row["protocols"],
        "versions": provenance_facts.versions(),
        "encoders": provenance_facts.used(study, found),
        "costs": costs.costs(jobs, costs.counter(results)),
        "slowest": costs.slowest(jobs),
        "ran": provenance_facts.span(benchmarks.rglob("*.tsv")),
        "timings": timings(study, results),
        "graph": drawn,
        "graph_svg": rule_graph.svg(drawn) if drawn else "",
    }


def timings(study: Study, results: Path) -> list[dict[str, Any]]:
    """Return the time per image of every timed encoder, with its device and number of threads."""
    paths = sorted((results / "timing").glob("*.json"))
    rows = [files.read_json(path) for path in paths if path.stem in study.encoders]
    return [{**row, "name": label(study, "encoders", row["encoder"])} for row in rows]
