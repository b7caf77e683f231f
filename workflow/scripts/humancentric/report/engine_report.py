"""Describe tables and figures for Snakemake's own report, in the words of the page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from humancentric.core.files import write_text
from humancentric.study import report_outputs
from humancentric.study.report_outputs import TableSpec
from humancentric.study.report_sections import SECTIONS
from humancentric.study.study import Study

FORMATS = {".tex": "LaTeX", ".csv": "CSV", ".md": "Markdown", ".pdf": "PDF", ".png": "PNG"}


@dataclass(frozen=True)
class Shown:
    """Entry of a result in Snakemake's report: its section, its column values, and its caption."""

    category: str
    kind: str  # Table or Figure
    labels: Mapping[str, str]
    caption: str


def _shown(study: Study, registered: Sequence[TableSpec], kind: str) -> dict[str, Shown]:
    found = {}
    for place in report_outputs.placed(registered, study):
        section = SECTIONS[place.entry.topic]
        words = " ".join(filter(None, [place.entry.caption or f"{place.title}.", section.about]))
        found[place.name] = Shown(section.title, kind, {"result": place.title, "kind": kind}, words)
    return found


def tables_shown(study: Study) -> dict[str, Shown]:
    """Return the report entry of every table of a study, by name."""
    return _shown(study, report_outputs.TABLES, "Table")


def figures_shown(study: Study) -> dict[str, Shown]:
    """Return the report entry of every figure of a study, by name."""
    return _shown(study, report_outputs.FIGURES, "Figure")


def restructured(text: str) -> str:
    r"""Escape plain text for reStructuredText that Jinja processes as well: ``{`` becomes ``\{``."""
    return re.sub(r"([\\`*_|{}%#])", r"\\\1", text)


def write_caption(text: str, path: str | Path) -> str:
    """Write a caption to `path` if it changed, and return the absolute path, which Snakemake requires."""
    path, words = Path(path).absolute(), restructured(text) + "\n"
    if not path.is_file() or path.read_text(encoding="utf-8") != words:
        write_text(path, words)
    return str(path)
