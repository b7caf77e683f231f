"""The audit in numbers: shares with their intervals, from the rows of letters, pictures and characters."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from humancentric.audit.grid import FACTORS
from humancentric.audit.intervals import Share, share

BACKGROUND = "background"
SKIPPED, ENGINE = "skipped", "engine"  # keys of the metadata of a table of readings


def ink(glyphs: pa.Table, resamples: int, seed: int) -> list[dict[str, Any]]:
    """Return the share of letters masked: overall (factor and level None) and for each level, with and without white.

    Only letters whose ink can be seen count; ``faint`` is how many could not.
    """
    frame, rows = pl.from_arrow(glyphs), []
    for (white,), part in frame.group_by("white_text", maintain_order=True):
        seen = part.filter("visible")
        rows.append(_of(seen, resamples, seed) | {"white_text": white, "factor": None, "level": None})
        rows[-1]["faint"] = len(part) - len(seen)
        for factor in (*FACTORS, BACKGROUND):
            for (level,), own in seen.group_by(factor, maintain_order=True):
                rows.append(
                    _of(own, resamples, seed) | {"white_text": white, "factor": factor, "level": level}
                )
    return rows


def _of(letters: pl.DataFrame, resamples: int, seed: int) -> dict[str, Any]:
    by_picture = letters.group_by("id", maintain_order=True).agg(pl.col("masked").sum(), pl.len())
    return share(by_picture["masked"], by_picture["len"], resamples, seed)._asdict()


def touched(rows: pa.Table, resamples: int, seed: int) -> list[dict[str, Any]]:
    """Return what masking takes of pictures without text: the mean share of pixels, the worst, how many had a box."""
    found = []
    for (white,), part in pl.from_arrow(rows).group_by("white_text", maintain_order=True):
        mean = share(part["touched"], [1] * len(part), resamples, seed)
        if mean.value == 0:  # an area is no count of which an interval is known where none was seen
            mean = mean._replace(low=None, high=None)
        worst, boxed = float(part["touched"].max()), int((part["boxes"] > 0).sum())
        found.append(mean._asdict() | {"white_text": white, "worst": worst, "boxed": boxed})
    return found


def read(survival: pa.Table, about: Mapping[str, Any], resamples: int, seed: int) -> dict[str, Any]:
    """Return the share of readable characters that is masked, or why it was not measured; `about` is the metadata."""
    if about.get(SKIPPED):
        return Share(None, None, None, 0, 0)._asdict() | {"surviving": 0, SKIPPED: about[SKIPPED], "read": 0}
    readable, surviving = (survival[name].to_numpy() for name in ("readable", "surviving"))
    found = share(readable - surviving, readable, resamples, seed)._asdict()
    return found | {"surviving": int(surviving.sum()), SKIPPED: None, "read": len(survival)}


def told(rows: Iterable[Mapping[str, Any]], **about: Any) -> list[dict[str, Any]]:
    """Return the rows, each with what they are `about`."""
    return [about | dict(row) for row in rows]
