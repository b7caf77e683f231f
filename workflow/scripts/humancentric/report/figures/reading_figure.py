"""Draw scores and leads against the masked share of the text, and the scores of other views of the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from humancentric.report.encoder_looks import Look, looks
from humancentric.report.numbers import Unit, unit_of
from humancentric.report.panels import DASHED, INK, QUIET, empty, halo, handle, legend, name_rows, panels
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.report.tables.reading_tables import cells_of, read, reading_file, views_of
from humancentric.study import reading_grid
from humancentric.study.reading_grid import MIRRORED, OCR, TEXT_ONLY
from humancentric.study.report_config import label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Record = Mapping[str, Any]
LINES = {"text": ("-", True), "random": (DASHED, False)}  # line style, filled markers
SHIFT = 1.3  # horizontal offset between lines in percent, so that intervals do not overlap


def draw(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return scores by dose, the change of leads by dose, and the scores of the other views of a dataset."""
    found, unit, encoder_looks = read(inputs), unit_of(study, dataset), looks(study)
    figure, (scores, leads, others) = panels(3, height=3.4, width=3.6)
    cells, areas = cells_of(found, dataset), found["areas"].get(dataset, {})
    views = views_of(study, dataset)
    pairs = reading_grid.by_dose(study, views["whole"])
    lines = [(encoder, kind) for encoder in study.image_encoders for kind in LINES]
    for number, (encoder, kind) in enumerate(lines):
        dashes, filled = LINES[kind]
        points = [(x, cells[view, encoder]) for x, view in pairs[kind] if (view, encoder) in cells]
        shift = SHIFT * (number - (len(lines) - 1) / 2)
        _line(scores, points, unit, encoder_looks[encoder], shift, filled=filled, ls=dashes)
    scores.set_title("Score")
    scores.set_ylabel(unit.title)
    _blind(scores, found, dataset, unit)
    ticks = [f"{x}\n{100 * areas[view]:.1f}" if view in areas else f"{x}\n" for x, view in pairs["text"]]
    ticks[0] = "0\n0"
    for panel in (scores, leads):
        panel.set_xticks([x for x, _ in pairs["text"]], ticks)
        panel.set_xlabel("% of the text masked\n(% of the picture)")
    leads.set_title("Lead lost with the text")
    leads.set_ylabel(f"lead lost, {unit.title}")
    leads.axhline(0, color=INK, lw=0.8)
    known = [lead for lead in found["leads"] if lead["dataset"] == dataset]
    names = sorted({(lead["ours"], lead["rival"]) for lead in known})
    for number, (ours, rival) in enumerate(names):
        points = [(lead["dose"], lead) for lead in known if (lead["ours"], lead["rival"]) == (ours, rival)]
        shift = SHIFT * (number - (len(names) - 1) / 2)
        look = encoder_looks[rival] if len({name for name, _ in names}) == 1 else encoder_looks[ours]
        _line(leads, points, unit, look, shift, filled=True, ls="-")
        text = f"{label(study, 'encoders', ours)} \N{MINUS SIGN}\n{label(study, 'encoders', rival)}"
        end = (points[-1][0] + shift, points[-1][1]["value"] * unit.scale)
        style: dict[str, Any] = {"color": look.colour, "va": "center", "path_effects": halo()}
        leads.annotate(text, end, xytext=(7, 0), textcoords="offset points", fontsize=7.5, **style)
    if names:
        leads.set_xlim(-8, 145)
    else:
        empty(leads, "no encoder of each kind")
    read_too = [OCR] if study.reading["ocr"] else []  # type: ignore[index]
    rows = [views["whole"], MIRRORED, views["text"], TEXT_ONLY, *read_too]
    _other_views(others, study, cells, rows, unit, encoder_looks)
    _blind(others, found, dataset, unit, upright=True)
    shown = [*study.image_encoders, *(study.text_encoders if read_too else ())]
    handles = {label(study, "encoders", name): handle(**encoder_looks[name].style(), ls="") for name in shown}
    handles |= {"text masked": handle(color=QUIET), "random boxes": handle(color=QUIET, ls=DASHED)}
    legend(figure, handles, 6)
    return figure


def _line(
    panel: Axes,
    points: Sequence[tuple[float, Record]],
    unit: Unit,
    look: Look,
    shift: float,
    filled: bool,
    ls: Any,
) -> None:
    """Draw values against doses, with intervals for the points that have one."""
    if points:
        x, y = [dose + shift for dose, _ in points], [cell["value"] * unit.scale for _, cell in points]
        reach = _reach([cell for _, cell in points], unit)
        panel.errorbar(x, y, yerr=reach, **look.style(filled, ls=ls, elinewidth=1, capsize=2))


def _reach(cells: Sequence[Record], unit: Unit) -> list[list[float]]:
    """Return the lengths of error bars below and above the values (2, n)."""
    return [
        [0.0 if c[end] is None else abs(c["value"] - c[end]) * unit.scale for c in cells]
        for end in ("low", "high")
    ]


def _other_views(
    panel: Axes,
    study: Study,
    cells: Mapping[tuple[str, str], Record],
    views: Sequence[str],
    unit: Unit,
    encoder_looks: Mapping[str, Look],
) -> None:
    """Draw the scores of all encoders on several views, one row per view."""
    names = {views[0]: "unmasked", MIRRORED: "mirrored", views[2]: "text masked"}
    names |= {TEXT_ONLY: "text only", OCR: "text read"}
    for row, view in enumerate(views):
        own = [(encoder, cell) for (name, encoder), cell in cells.items() if name == view]
        for number, (encoder, cell) in enumerate(own):
            at = row + 0.14 * (number - (len(own) - 1) / 2)
            style = encoder_looks[encoder].style(ls="", elinewidth=1, capsize=2)
            panel.errorbar([cell["value"] * unit.scale], [at], xerr=_reach([cell], unit), **style)
    name_rows(panel, [names[view] for view in views])
    panel.set_title("Views of the text")
    panel.set_xlabel(unit.title)


def _blind(panel: Axes, found: Record, dataset: str, unit: Unit, upright: bool = False) -> None:
    """Draw the best input-free baseline."""
    if dataset in found["blind"]:
        line = panel.axvline if upright else panel.axhline
        line(found["blind"][dataset] * unit.scale, color=QUIET, ls=(0, (1, 2)), lw=1.2)


FIGURES = (
    FigureSpec(
        name="{dataset}-reading",
        section="reading",
        title="{dataset}: reading or seeing",
        order=95,
        shown=reading_grid.datasets,
        files=reading_file,
        draw=draw,
        caption=(
            "Left: scores by the share of the text's area that is masked (solid), and with random boxes of "
            "the same area (dashed); below the share, how much of a picture that is. Middle: the lead of "
            "an encoder trained on images and language with random boxes minus its lead with the text "
            "masked; above zero, masking the text costs it more than the other encoder. Right: unmasked, "
            "mirrored and text-masked pictures, pictures of which only the text is left, and the text that "
            "a recogniser reads in them, through text encoders. Bars are 95 % intervals (bootstrap over "
            "test items and seeds, not adjusted for their number); dotted: best blind baseline."
        ),
        alt=(
            "Three panels: scores of encoders against the share of masked text with random boxes as control, the "
            "differences of leads between both, and scores of other views of the text. The table has the numbers."
        ),
    ),
)
