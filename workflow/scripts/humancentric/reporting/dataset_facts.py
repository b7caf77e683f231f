"""What the cards of datasets tell the report page: lines under each dataset, and what splits have in common."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from humancentric import files
from humancentric.cards import sections
from humancentric.cards.sections import number
from humancentric.reporting.populations import by_dataset

FILES = ("card.md", "croissant.json", "ids.parquet")  # beside the card, which the page links to


@dataclass(frozen=True)
class Told:
    """What one dataset's card says: (name, value) lines, (figure, here, paper) rows, and rows of shared content."""

    lines: list[tuple[str, str]]
    paper: list[tuple[str, ...]]
    repeated: list[
        tuple[str, ...]
    ]  # picture or text view, samples that share theirs, outside training with training
    leakage: list[tuple[str, ...]]  # compared with, alike in, pairs, samples outside training
    links: list[tuple[str, str]]  # file name, path relative to the page
    ids_sha256: str  # of the sorted ids


def told(cards: Iterable[str | Path], names: Iterable[str]) -> dict[str, Told]:
    """Return what the cards (card.json) say by dataset; datasets without a card are left out."""
    return {name: _told(files.read_json(path), path) for name, path in by_dataset(cards, names).items()}


def _told(facts: Mapping[str, Any], path: Path) -> Told:
    pictures = facts["pictures"]
    lines = [("Licence", facts["licence"])]
    lines += [
        (view.capitalize(), f"{number(text['characters'])} characters on average")
        for view, text in facts["texts"].items()
    ]
    if pictures:
        size = f"{pictures['width']['median']} x {pictures['height']['median']} pixels (median)"
        lines.append(("Pictures", f"{size}, {number(pictures['bytes'] / 1e6)} MB"))
    if facts["released"]:
        lines.append(("Released", "{first} to {last}".format(**facts["released"])))
    if facts["fetched"]:
        lines.append(("Fetched", "{first} to {last}".format(**facts["fetched"])))
    lines.append(("Sorted ids", f"sha256 {facts['ids_sha256'][:16]}\N{HORIZONTAL ELLIPSIS}"))
    found = {"picture": pictures} if pictures else {}
    repeated = [
        (name, number(counts["repeated"]), number(counts["across"]))
        for name, counts in {**found, **facts["texts"]}.items()
    ]
    links = [(name, f"{path.parent.name}/{name}") for name in FILES]
    return Told(lines, sections.paper(facts), repeated, sections.leakage(facts), links, facts["ids_sha256"])
