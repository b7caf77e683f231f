"""What each section of the report page holds: tables and figures by name, and files of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from humancentric import files
from humancentric.reporting import entries, figure_entries, html
from humancentric.reporting.entries import Placed
from humancentric.reporting.pictures import data_uri, size_of
from humancentric.reporting.sheets import Sheet
from humancentric.reporting.study import Config
from humancentric.reporting.topics import SECTIONS, Section

SHOWN = 0.6  # pixels of the page a pixel of a figure, so that its letters are as large as the text


@dataclass(frozen=True)
class Picture:
    """A picture inside the page, and its size there in pixels."""

    uri: str
    width: int
    height: int


@dataclass(frozen=True)
class Piece:
    """A table, a figure, or both of one name. `figure` is None where a study has it and it was not drawn."""

    name: str
    title: str
    dataset: str
    table: Markup | None = None
    folded: bool = False
    has_figure: bool = False
    figure: Picture | None = None
    caption: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Filled:
    """A section of one page: its words, its pieces, and what was read for it by path below ``results/``."""

    name: str
    section: Section
    pieces: tuple[Piece, ...]
    files: dict[str, Any]  # parsed JSON, or a Picture

    @property
    def by_dataset(self) -> dict[str, list[Piece]]:
        """Return the pieces by the dataset that they are about, in their order."""
        found: dict[str, list[Piece]] = {}
        for piece in self.pieces:
            found.setdefault(piece.dataset, []).append(piece)
        return found


def picture(path: str | Path) -> Picture:
    """Return a picture file with letters as large as the text around it."""
    width, height = (round(pixels * SHOWN) for pixels in size_of(path))
    return Picture(data_uri(path), width, height)


def filled(
    config: Config,
    sheets: Mapping[str, Sheet],
    figures: Iterable[str | Path],
    extras: Mapping[str, str | Path],
) -> dict[str, Filled]:
    """Return every section of the page with what it holds.

    `figures` are PNG files, `extras` the files of single sections: where each is, by the path its section gives it.
    """
    drawn = {Path(path).stem: picture(path) for path in figures}
    tables = {table.name: table for table in entries.placed(entries.TABLES, config)}
    shown = {figure.name: figure for figure in entries.placed(figure_entries.FIGURES, config)}
    found: dict[str, list[Piece]] = {name: [] for name in SECTIONS}
    for name, place in (shown | tables).items():
        piece = _piece(name, tables.get(name), shown.get(name), sheets, drawn)
        found[place.entry.topic].append(piece)
    return {
        name: Filled(name, section, tuple(found[name]), _read(section, config, extras))
        for name, section in SECTIONS.items()
    }


def _piece(
    name: str,
    table: Placed | None,
    figure: Placed | None,
    sheets: Mapping[str, Sheet],
    drawn: Mapping[str, Picture],
) -> Piece:
    place = figure or table
    return Piece(
        name=name,
        title=place.title,
        dataset=place.dataset,
        table=html.render(sheets[name]) if table and name in sheets else None,
        folded=bool(table and table.entry.folded),
        has_figure=figure is not None,
        figure=drawn.get(name) if figure else None,
        caption=figure.entry.caption if figure else "",
        alt=figure.entry.alt if figure else "",
    )


def _read(section: Section, config: Config, extras: Mapping[str, str | Path]) -> dict[str, Any]:
    found = {}
    for name in section.files(config):
        if name in extras:
            path = Path(extras[name])
            key = name.removeprefix("results/")
            found[key] = files.read_json(path) if path.suffix == ".json" else picture(path)
    return found
