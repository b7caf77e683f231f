"""Draw the sorted scores of one dataset under all protocols of a study, with the choices behind each score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from humancentric.report.encoder_looks import Look, looks
from humancentric.report.numbers import unit_of
from humancentric.report.panels import (
    GRID,
    QUIET,
    draw_baseline,
    empty_figure,
    list_missing,
    name_rows,
    new_figure,
)
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import FigureSpec
from humancentric.study import report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


FAINT = "#d1d5db"
ROW, COLUMN = 0.22, 0.14  # inches per choice and per cell


@dataclass(frozen=True)
class Specification:
    """One way to score a dataset: training protocol, features and cell (None if not run)."""

    protocol: str
    view: str
    encoder: str
    cell: Cell | None


def _is_planned(study: Study, dataset: str, protocol: str) -> bool:
    row = study.protocols[protocol]
    return not row.prompted and row.serves(study.datasets[dataset])


def specifications(scores: Scores, study: Study, dataset: str) -> list[Specification]:
    """Return every encoder alone under every protocol, best first, cells not run last.

    A protocol that uses class names applies only to some encoders, so only its cells that were run are returned.
    """
    found = []
    for protocol in study.chosen_protocols:
        for modality in ("image", "text"):
            for features in report_config.singles(study, dataset, modality):
                view, encoder = features.split(".")
                cell = scores.transfer(study, dataset, features, protocol)
                if cell or _is_planned(study, dataset, protocol):
                    found.append(Specification(protocol, view, encoder, cell))
    return sorted(found, key=lambda row: -row.cell.mean if row.cell else 1.0)


def draw_specification(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return the sorted scores of a dataset, above a grid of dots for protocol, view and encoder."""
    scores, encoder_looks = inputs.scores, looks(study)
    rows = specifications(scores, study, dataset)
    choices = _choices(study, rows)
    size = (max(2.2 + COLUMN * len(rows), 6.4), 2.9 + ROW * len(choices))
    if not any(row.cell for row in rows):
        return empty_figure(*size)
    figure = new_figure(*size)
    heights = [2.4, ROW * len(choices)]
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=heights)
    unit = unit_of(study, dataset)
    for x, row in enumerate(rows):
        look = encoder_looks[row.encoder]
        if row.cell:
            style = look.style(ms=5.5, elinewidth=1)
            top.errorbar(x, row.cell.mean * unit.scale, row.cell.std * unit.scale, **style)
        else:
            top.axvspan(x - 0.5, x + 0.5, color=GRID, lw=0)
        _dots(bottom, x, row, choices, look)
    missing = sum(row.cell is None for row in rows)
    list_missing(top, [f"{missing} of {len(rows)} (grey)"] if missing else [], right=True)
    draw_baseline(top, scores, study, dataset, unit, left=True)
    top.set_ylabel(unit.title)
    top.grid(axis="x", visible=False)
    name_rows(bottom, [words for *_, words in choices])
    bottom.set_xlim(-0.7, len(rows) - 0.3)
    bottom.set_xticks([])
    bottom.set_xlabel("combinations, best first")
    bottom.grid(visible=False)
    for x in range(1, len(choices)):
        if choices[x][0] != choices[x - 1][0]:
            bottom.axhline(x - 0.5, color=QUIET, lw=0.8)
    return figure


def _choices(study: Study, rows: list[Specification]) -> list[tuple[str, str, str]]:
    """Return (kind, name, label) of every choice, in the order of the study."""
    order = {
        "protocols": study.chosen_protocols,
        "views": list(dict.fromkeys(row.view for row in rows)),
        "encoders": list(dict.fromkeys(study.image_encoders + study.text_encoders)),
    }
    used = {
        value
        for row in rows
        for value in (("protocols", row.protocol), ("views", row.view), ("encoders", row.encoder))
    }
    return [
        (kind, name, label(study, kind, name))
        for kind, names in order.items()
        for name in names
        if (kind, name) in used
    ]


def _dots(panel: Axes, x: int, row: Specification, choices: list[tuple[str, str, str]], look: Look) -> None:
    chosen = {"protocols": row.protocol, "views": row.view, "encoders": row.encoder}
    heights = [height for height, (kind, name, _) in enumerate(choices) if chosen[kind] == name]
    others = [height for height in range(len(choices)) if height not in heights]
    panel.plot([x] * len(others), others, color=GRID, marker=".", ms=4, ls="")
    dots = Look(look.colour, "o").style(row.cell is not None, ms=4.5, ls="")
    panel.plot([x] * len(heights), heights, **dots)


def _with_protocols(study: Study) -> list[str]:
    return list(study.trained) if len(study.chosen_protocols) > 1 else []


FIGURES = (
    FigureSpec(
        name="specification-{dataset}",
        section="protocols",
        title="{dataset}: scores under all protocols",
        order=60,
        shown=_with_protocols,
        draw=draw_specification,
        caption=(
            "Every encoder alone under every protocol, best first; bars are one standard deviation over "
            "seeds. The dots below show the protocol, view and encoder of each score. Grey: not run. "
            "Dotted: the best baseline that uses no input."
        ),
        alt=(
            "Specification curve: scores of all combinations of protocol, view and encoder in falling "
            "order, above a grid of dots that names the choices behind each. The protocol tables hold the "
            "numbers."
        ),
    ),
)
