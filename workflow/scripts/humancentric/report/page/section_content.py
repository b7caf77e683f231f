"""Fill the sections of the report page with their tables, figures and files.

Images are embedded as data URIs that are small enough for a browser to load quickly.
"""

import base64
import io
import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from humancentric.core import files
from humancentric.report import table_model
from humancentric.report.figures import study_figures
from humancentric.report.sections import SECTIONS, Section
from humancentric.report.specs import FigureSpec, Instance, TableSpec
from humancentric.report.table_model import Table
from humancentric.report.tables import study_tables
from humancentric.study.study import Study

# Files of up to `LIMIT` bytes are embedded unchanged; larger ones as JPEG of this width in pixels and quality.
LIMIT, WIDTH, QUALITY = 1_500_000, 1_600, 85


def data_uri(path: str | Path) -> str:
    """Return an image as a data URI; a file above the limit becomes a JPEG at most 1,600 pixels wide."""
    data, kind = Path(path).read_bytes(), mimetypes.guess_type(str(path))[0] or "image/png"
    if len(data) > LIMIT:
        from PIL import Image

        with Image.open(io.BytesIO(data)) as opened:
            smaller = opened.convert("RGB")
            smaller.thumbnail((WIDTH, WIDTH * 10))
            buffer = io.BytesIO()
            smaller.save(buffer, "JPEG", quality=QUALITY)
        data, kind = buffer.getvalue(), "image/jpeg"
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


SHOWN = 0.6  # CSS pixels per figure pixel, so that its letters are as large as the text


@dataclass(frozen=True)
class Picture:
    """An image embedded in the page, with its displayed size in pixels."""

    uri: str
    width: int
    height: int


@dataclass(frozen=True)
class SectionItem:
    """A table, a figure, or both under one name. `figure` is None if it was not drawn."""

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
class SectionContent:
    """A section of one page: its text, its items, and its extra files by path below ``results/``."""

    name: str
    section: Section
    entries: tuple[SectionItem, ...]
    files: dict[str, Any]  # parsed JSON, or a Picture

    @property
    def shown(self) -> bool:
        """Return whether the page has the section: all except optional ones that would be empty."""
        return bool(self.entries or self.files) or not self.section.optional

    @property
    def by_dataset(self) -> dict[str, list[SectionItem]]:
        """Return the items grouped by dataset, in order."""
        found: dict[str, list[SectionItem]] = {}
        for item in self.entries:
            found.setdefault(item.dataset, []).append(item)
        return found


def picture(path: str | Path) -> Picture:
    """Embed an image file, displayed so that its letters are as large as the surrounding text."""
    from PIL import Image

    with Image.open(path) as image:
        width, height = (round(pixels * SHOWN) for pixels in image.size)
    return Picture(data_uri(path), width, height)


def fill_sections(
    study: Study,
    built: Mapping[str, Table],
    figures: Iterable[str | Path],
    extras: Mapping[str, str | Path],
) -> dict[str, SectionContent]:
    """Return every section of the page with its content.

    `figures` are PNG files; `extras` maps the path under which a section lists a file to its actual path.
    """
    drawn = {Path(path).stem: picture(path) for path in figures}
    tables = {table.name: table for table in study_tables(study)}
    shown = {figure.name: figure for figure in study_figures(study)}
    found: dict[str, list[SectionItem]] = {name: [] for name in SECTIONS}
    for name, instance in (shown | tables).items():
        item = _item(shown.get(name) or instance, tables.get(name), shown.get(name), built, drawn)
        found[instance.spec.section].append(item)
    return {
        name: SectionContent(name, section, tuple(found[name]), _read(section, study, extras))
        for name, section in SECTIONS.items()
    }


def _item(
    instance: Instance,
    table: Instance[TableSpec] | None,
    figure: Instance[FigureSpec] | None,
    built: Mapping[str, Table],
    drawn: Mapping[str, Picture],
) -> SectionItem:
    name = instance.name
    return SectionItem(
        name=name,
        title=instance.title,
        dataset=instance.dataset,
        table=table_model.html(built[name]) if table and name in built else None,
        folded=bool(table and table.spec.folded),
        has_figure=figure is not None,
        figure=drawn.get(name) if figure else None,
        caption=figure.spec.caption if figure else "",
        alt=figure.spec.alt if figure else "",
    )


def _read(section: Section, study: Study, extras: Mapping[str, str | Path]) -> dict[str, Any]:
    found = {}
    for name in section.files(study):
        if name in extras:
            path = Path(extras[name])
            key = name.removeprefix("results/")
            found[key] = files.read_json(path) if path.suffix == ".json" else picture(path)
    return found
