"""Build the smaller parts of the report page: the overview bars, dataset cards, durations."""

from dataclasses import dataclass
from typing import Any

from humancentric.report.numbers import UNITS
from humancentric.report.report_inputs import Scores
from humancentric.report.tables.transfer_tables import cells_of
from humancentric.study import report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study


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
    for dataset in report_config.datasets(study):
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
    cells = [
        cell
        for dataset in report_config.datasets(study)
        for cell in cells_of(scores, study, dataset).values()
    ]
    return sum(cell is not None for cell in cells), len(cells)


def card(study: Study, dataset: str) -> dict[str, Any]:
    """Return the configured facts that a dataset's card shows."""
    row = study.datasets[dataset]
    parents = {control: parent for parent, control in report_config.controls(study)}
    return {
        "name": dataset,
        "title": label(study, "datasets", dataset),
        "task": "several labels a sample" if row.task == "multi-label" else "one label a sample",
        "views": ", ".join(label(study, "views", view).lower() for view in row.views),
        "source": "drawn by the workflow" if report_config.generated(study, dataset) else row.source["kind"],
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


def size(mebibytes: float) -> str:
    """Format an amount of memory in MiB with its unit; nan becomes a word for unknown."""
    if mebibytes != mebibytes:
        return "unknown"
    return f"{mebibytes:.0f} MiB" if mebibytes < 10_000 else f"{mebibytes / 1024:.1f} GiB"
