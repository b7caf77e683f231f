"""The files that a comparison of two runs is read from."""

from collections.abc import Mapping
from pathlib import Path

import jinja2

from humancentric import logs
from humancentric.comparing import change_sheets, changes, run_facts, run_folder
from humancentric.comparing.changes import Change
from humancentric.comparing.run_folder import Number
from humancentric.files import write_text
from humancentric.reporting import html, plain

WRITERS = {"csv": plain.comma_separated, "md": plain.markdown}


def compare(left: str, right: str) -> tuple[dict[Number, Change], change_sheets.Facts]:
    """Return what became of every number between two folders of results, and what they were made with differently."""
    one, other = run_folder.read(left, "left"), run_folder.read(right, "right")
    with logs.stage("numbers"):
        found = changes.compare(one, other)
    with logs.stage("facts"):
        return found, run_facts.differing(one, other)


def write(
    found: Mapping[Number, Change],
    differing: change_sheets.Facts,
    sides: tuple[str, str],
    template: str | Path,
    folder: str | Path,
) -> list[Path]:
    """Write numbers and facts as CSV and Markdown, and both as one page, into `folder`; return the paths."""
    sheets = [change_sheets.numbers(found, sides), change_sheets.facts(differing, sides)]
    paths = []
    for sheet in sheets:
        for kind, render in WRITERS.items():
            paths.append(Path(folder) / f"{sheet.name}.{kind}")
            write_text(paths[-1], render(sheet))
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    page = environment.from_string(Path(template).read_text(encoding="utf-8")).render(
        sides=sides,
        summary=change_sheets.summary(found, differing),
        tables=[html.render(sheet) for sheet in sheets if sheet.body],
    )
    paths.append(Path(folder) / "compare.html")
    write_text(paths[-1], page)
    return paths
