"""Render the report page as one self-contained HTML file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from humancentric.report import table_model
from humancentric.report.audit_tables import audit_tables
from humancentric.report.numbers import UNITS
from humancentric.report.page import claims_page, dataset_facts, run_facts
from humancentric.report.page.checks import checks
from humancentric.report.page.dataset_facts import SampleCounts, by_dataset
from humancentric.report.page.section_content import data_uri, fill_sections
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables import WRITERS, build_tables
from humancentric.report.tables.transfer_tables import cells_of
from humancentric.study import report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

TMDB_NOTICE = (
    "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB."
)


@dataclass(frozen=True)
class Bar:
    """One bar of the overview: its kind, its name, its printed value, its length in percent."""

    kind: str
    name: str
    text: str
    length: float


def glance(scores: Scores, study: Study) -> list[tuple[str, str, list[Bar]]]:
    """Return (name, unit, bars) per dataset; bars are the best image, text, pair and baseline scores."""
    found = []
    for dataset in study.trained:
        unit = UNITS[report_config.headline(study, dataset)]
        texts = study.datasets[dataset].views_of("text")
        best: dict[str, tuple[float, str]] = {}
        for features, cell in cells_of(scores, study, dataset).items():
            if cell is None:
                continue
            parts = report_config.split_features(features)
            kind = "Both" if len(parts) > 1 else "Text" if parts[0][0] in texts else "Pictures"
            best[kind] = max(best.get(kind, (-1.0, "")), (cell.mean, report_config.name_of(study, features)))
        for name, cell in list(scores.blind(study, dataset).items())[:1]:
            best["Blind"] = (cell.mean, label(study, "baselines", name).lower())
        bars = [
            Bar(kind, best[kind][1], unit.number(best[kind][0]), 100 * best[kind][0])
            for kind in ("Pictures", "Text", "Both", "Blind")
            if kind in best
        ]
        found.append((label(study, "datasets", dataset), unit.title, bars))
    return found


def coverage(scores: Scores, study: Study) -> tuple[int, int]:
    """Return the number of cells of the study's tables that were run, and their total number."""
    cells = [cell for dataset in study.trained for cell in cells_of(scores, study, dataset).values()]
    return sum(cell is not None for cell in cells), len(cells)


def dataset_card(study: Study, dataset: str) -> dict[str, Any]:
    """Return the configured facts that a dataset's card shows."""
    row = study.datasets[dataset]
    parents = {control: parent for parent, control in report_config.controls(study)}
    return {
        "name": dataset,
        "title": label(study, "datasets", dataset),
        "task": "several labels a sample" if row.task == "multi-label" else "one label a sample",
        "views": ", ".join(label(study, "views", view).lower() for view in row.views),
        "source": "drawn by the workflow" if study.datasets[dataset].generated else row.source["kind"],
        "control_of": label(study, "datasets", parents[dataset]) if dataset in parents else "",
    }


def duration(seconds: float) -> str:
    """Format a duration in seconds: ``4.2 s``, ``3 min 20 s``, ``2 h 05 min``; nan becomes a word for unknown."""
    if seconds != seconds:
        return "unknown"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def memory_size(mebibytes: float) -> str:
    """Format an amount of memory in MiB with its unit; nan becomes a word for unknown."""
    if mebibytes != mebibytes:
        return "unknown"
    return f"{mebibytes:.0f} MiB" if mebibytes < 10_000 else f"{mebibytes / 1024:.1f} GiB"


@dataclass(frozen=True)
class Sources:
    """Files a page is made of besides the scores; the page says so in a sentence where one is missing."""

    samples: Iterable[str | Path] = ()
    rejects: Iterable[str | Path] = ()
    figures: Iterable[str | Path] = ()  # PNG
    contact_sheets: Iterable[str | Path] = ()  # PNG; the folder or file name gives the dataset
    benchmarks: str | Path = "benchmarks"
    results: str | Path = "results"  # for the metadata of embeddings and timings
    graph: str | Path = ".snakemake/rule-graph.json"
    config: Mapping[str, Any] = field(default_factory=dict)  # `report_excerpt.effective`
    facts: Mapping[str, str] = field(default_factory=dict)  # further lines of provenance
    cards: Iterable[str | Path] = ()  # card.json of datasets
    extras: Mapping[str, str | Path] = field(default_factory=dict)  # by their path in `sections.SECTIONS`


def sample_counts(study: Study, sources: Sources) -> dict[str, SampleCounts]:
    """Return the sample counts of every dataset of the study whose samples and rejects are given."""
    names = study.dataset_names
    samples, rejects = by_dataset(sources.samples, names), by_dataset(sources.rejects, names)
    return {
        name: dataset_facts.sample_counts(samples[name], rejects[name], study.datasets[name].publish)
        for name in names
        if name in samples and name in rejects
    }


def render(inputs: ReportInputs, study: Study, template: str | Path, sources: Sources) -> str:
    """Return the report page of a study as HTML, from the Jinja `template` and the partials in its folder."""
    scores, known = inputs.scores, sample_counts(study, sources)
    contact_sheets = by_dataset(sources.contact_sheets, study.dataset_names)
    parts = fill_sections(study, build_tables(inputs, study), sources.figures, sources.extras)
    demo = [name for name in study.dataset_names if study.datasets[name].generated]
    found, wanted = coverage(scores, study)
    run = run_facts.collect(
        study,
        {"study": {"name": study.name}, "encoders": {}, "protocols": {}, **sources.config},
        Path(sources.results),
        Path(sources.benchmarks),
        Path(sources.graph),
    )
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(template).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "thousands": lambda value: f"{value:,}",
        "duration": duration,
        "size": memory_size,
        "audit_tables": lambda summary: [
            (table.name, table_model.html(table)) for table in audit_tables(summary, study)
        ],
    }
    return environment.get_template(Path(template).name).render(
        study=study.name,
        demo=demo,
        all_demo=len(demo) == len(study.dataset_names),
        restricted=[
            label(study, "datasets", name) for name in contact_sheets if not study.datasets[name].publish
        ],
        name_of_dataset={name: label(study, "datasets", name) for name in study.dataset_names},
        facts={
            "Made": run_facts.today(),
            "Jobs ran": run["ran"] or "no benchmark files were found",
            "Code": run_facts.revision() or "not under git",
            "Machine of this page": run_facts.machine(),
            "Runs a cell": f"{study.seeds}, seeds 0 to {study.seeds - 1}",
            "Protocols": ", ".join(study.chosen_protocols),
            "Cells": f"{found} of {wanted} run",
            **sources.facts,
        },
        cut_short=any(
            row.get("truncated") for of_dataset in inputs.texts.values() for row in of_dataset.values()
        ),
        **run,
        runs=study.seeds,
        missing=wanted - found,
        glance=glance(scores, study),
        datasets=[(dataset_card(study, name), known.get(name)) for name in study.dataset_names],
        cards=dataset_facts.cards(sources.cards, study.dataset_names),
        sections=[part for part in parts.values() if demo or part.name != "checks"],
        contact_sheets={
            name: {"uri": data_uri(path), "title": label(study, "datasets", name)}
            for name, path in contact_sheets.items()
            if study.datasets[name].publish
        },
        kinds=tuple(WRITERS),
        checks=checks(scores, study, {name: p.splits.get("test", 0) for name, p in known.items()})
        if demo
        else [],
        claims=claims_page.shown(inputs.claims, study),
        claim_counts=claims_page.counts(inputs.claims),
        tmdb_notice=TMDB_NOTICE
        if any(study.datasets[name].from_tmdb for name in study.dataset_names)
        else "",
    )
