"""Read the inputs of tables besides scores: the paper's numbers, dataset cards, truncated texts, timings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from humancentric.core import files


@dataclass(frozen=True)
class ReportInputs:
    """Facts from small JSON files; table cells without their file stay empty."""

    reference: Mapping[str, Any] = field(default_factory=dict)  # resources/paper_reference.json
    cards: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # card.json by dataset
    texts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # {dataset: {view.encoder: counts}}
    timings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by image encoder
    claims: Mapping[str, Any] = field(default_factory=dict)  # results/claims.json


Paths = str | Path | Iterable[str | Path]


def _read(paths: Paths) -> list[Any]:
    return [files.read_json(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]


def read(
    reference: str | Path, cards: Paths = (), texts: Paths = (), timings: Paths = (), claims: Paths = ()
) -> ReportInputs:
    """Read the paper's numbers, cards, counts of truncated texts, timings of encoders, and claims."""
    return ReportInputs(
        files.read_json(reference),
        {card["dataset"]: card for card in _read(cards)},
        {name: counts for found in _read(texts) for name, counts in found.items()},
        {timing["encoder"]: timing for timing in _read(timings)},
        next(iter(_read(claims)), {}),
    )
