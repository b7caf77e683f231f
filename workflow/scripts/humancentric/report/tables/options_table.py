"""Build the table of options that were selected on validation samples, and of those at the end of their grid."""

from collections.abc import Sequence

from humancentric.core import files
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import Item, Line, Table
from humancentric.study import feature_sets
from humancentric.study.study import Study

HEAD = ("Protocol", "Option", "Grid", "Probes", "At the lowest", "At the highest")


def score_files(study: Study) -> list[str]:
    """Return the score files of the probes whose options are selected."""
    return [
        f"results/{dataset}/{folder}/{features}/scores.json"
        for dataset, folder, features in feature_sets.transfer_cells(study)
        if study.protocols[study.transfer_folders[folder]].selects
    ]


def selected(inputs: ReportInputs, study: Study) -> dict[tuple[str, str], list[tuple[list[float], float]]]:
    """Return (grid, selected value) of every probe by protocol and option; grids of one value are left out."""
    found: dict[tuple[str, str], list[tuple[list[float], float]]] = {}
    for path in (inputs.further[name] for name in score_files(study) if name in inputs.further):
        cell = files.read_json(path)
        for option, value in cell["selected"].items():
            grid = sorted({candidate[option] for candidate in cell["validation"]["candidates"]})
            if len(grid) > 1:
                found.setdefault((cell["protocol"], option), []).append((grid, value))
    return found


def at_ends(inputs: ReportInputs, study: Study) -> list[str]:
    """Return the options that at least one probe has at an end of their grid, as text: ``alpha of tip (3 of 5)``."""
    found = []
    for (protocol, option), rows in selected(inputs, study).items():
        ends = sum(value in (grid[0], grid[-1]) for grid, value in rows)
        if ends:
            found.append(f"{option} of {protocol} ({ends} of {len(rows)} probes)")
    return found


def build_options(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of selected options: how many probes chose an end of the grid."""
    body, records = [], []
    for (protocol, option), rows in selected(inputs, study).items():
        lowest = sum(value == grid[0] for grid, value in rows)
        highest = sum(value == grid[-1] for grid, value in rows)
        grid = rows[0][0]
        counts = [Item(str(n), tone="disagree" if n else "") for n in (lowest, highest)]
        texts = (protocol, option.replace("_", " "), _range(grid), str(len(rows)))
        body.append(Line((*map(Item, texts), *counts)))
        record = {"protocol": protocol, "option": option, "lowest": grid[0], "highest": grid[-1]}
        records.append(record | {"probes": len(rows), "at_lowest": lowest, "at_highest": highest})
    if not body:
        body.append(Line((Item("no options were selected", span=len(HEAD), tone="quiet"),)))
    return Table((Line(tuple(map(Item, HEAD))),), tuple(body), records=tuple(records))


def _range(grid: Sequence[float]) -> str:
    return f"{grid[0]:g} to {grid[-1]:g}, {len(grid)} values"


TABLES = (
    TableSpec(
        name="options",
        section="protocols",
        title="Options selected at the ends of their grids",
        order=55,
        shown=score_files,
        files=score_files,
        caption=(
            "Options that were selected on validation samples. Where many probes have an end of the grid, a value "
            "outside it may be better: widen the grid in protocols.yaml."
        ),
        build=build_options,
    ),
)
