"""Compare what OCR reads before and after masking, and summarise an audit as shares with confidence intervals."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
from scipy.stats import binomtest, bootstrap

from humancentric.core.schemas import SURVIVAL
from humancentric.masking.audit.lettering import FACTORS

LEVEL = 0.95
Row = Mapping[str, Any]


def longest_common_subsequence(one: str, other: str) -> str:
    """Return a longest common subsequence of two strings (Wagner and Fischer 1974)."""
    best = [""] * (len(other) + 1)
    for letter in one:
        before = best[:]
        for number, second in enumerate(other, start=1):
            if letter == second:
                best[number] = before[number - 1] + letter
            elif len(best[number - 1]) > len(best[number]):
                best[number] = best[number - 1]
    return best[-1]


def overlap(one: Row, other: Row) -> float:
    """Return the intersection over union of two rectangles with x, y, w, h."""
    wide = min(one["x"] + one["w"], other["x"] + other["w"]) - max(one["x"], other["x"])
    high = min(one["y"] + one["h"], other["y"] + other["h"]) - max(one["y"], other["y"])
    shared = max(0.0, wide) * max(0.0, high)
    union = one["w"] * one["h"] + other["w"] * other["h"] - shared
    return shared / union if union > 0 else 0.0


def characters(text: str) -> str:
    """Return the letters and digits of `text`: OCR noise from edges and dots is mostly neither."""
    return "".join(filter(str.isalnum, text))


def matching(word: Row, others: Sequence[Row], least: float) -> str:
    """Return the characters of the word in `others` with the largest overlap; "" if that is below `least`."""
    shared = ((overlap(word, other), number) for number, other in enumerate(others))
    most, number = max(shared, default=(0.0, 0))
    return characters(others[number]["text"]) if most >= least else ""


def regions(
    before: Sequence[Row],
    again: Sequence[Row],
    after: Sequence[Row],
    confidence: float,
    shortest: int,
    least: float,
) -> list[dict[str, Any]]:
    """Return one row for each readable word: its text, the characters that survive masking, its rectangle.

    A word is readable if OCR reads it with at least `confidence` and reads at least `shortest` of its characters
    `again` on the same picture at another size, since noise is read differently each time. A character survives if it
    is in the longest common subsequence with the matching word after masking. Words match if their intersection over
    union is at least `least`. Words read `again` or `after` count with any confidence, which can only overestimate
    survival.
    """
    found = []
    for word in before:
        if word["confidence"] < confidence:
            continue
        text = longest_common_subsequence(characters(word["text"]), matching(word, again, least))
        if len(text) >= shortest:
            left = longest_common_subsequence(text, matching(word, after, least))
            found.append({"text": text, "left": left, **{key: word[key] for key in "xywh"}})
    return found


def survival(before: pa.Table, again: pa.Table, after: pa.Table, **rules: Any) -> pa.Table:
    """Return the SURVIVAL table of three READINGS tables of the same pictures; `rules` are those of `regions`.

    Pictures for which any of the three readings failed are left out.
    """
    second, third = ({row["id"]: row for row in table.to_pylist()} for table in (again, after))
    rows = []
    for row in before.to_pylist():
        others = [table[row["id"]] for table in (second, third) if row["id"] in table]
        if len(others) < 2 or any(reading["problem"] for reading in (row, *others)):
            continue
        found = regions(row["words"], *(other["words"] for other in others), **rules)
        counts = {
            "readable": sum(len(one["text"]) for one in found),
            "surviving": sum(len(one["left"]) for one in found),
        }
        rows.append({"id": row["id"], **counts, "regions": found})
    return SURVIVAL.rows(rows)


class Share(NamedTuple):
    """A share, its 95 % interval (None if undefined), and the numbers of counted items and of pictures."""

    value: float | None
    low: float | None
    high: float | None
    things: int
    pictures: int


def share(
    parts: Sequence[float] | np.ndarray,
    wholes: Sequence[float] | np.ndarray,
    resamples: int = 2000,
    seed: int = 0,
) -> Share:
    """Return sum(parts) / sum(wholes) over pictures; pictures whose whole is 0 are left out.

    The interval is the percentile bootstrap over pictures (Efron and Tibshirani 1993, chapter 13), since the letters of
    one picture are not independent. For shares of 0 and 1, where all resamples are equal, it is the exact binomial
    interval over pictures (Clopper and Pearson 1934). Without pictures the share is None; with one, only the interval
    is.
    """
    parts, wholes = np.asarray(parts, float), np.asarray(wholes, float)
    parts, wholes = parts[wholes > 0], wholes[wholes > 0]
    if not len(wholes):
        return Share(None, None, None, 0, 0)
    value, counts = float(parts.sum() / wholes.sum()), (int(wholes.sum()), len(wholes))
    if len(wholes) < 2:
        return Share(value, None, None, *counts)
    if value in (0.0, 1.0):
        exact = binomtest(round(value * len(wholes)), len(wholes)).proportion_ci(LEVEL, "exact")
        return Share(value, float(exact.low), float(exact.high), *counts)

    def ratio(part: np.ndarray, whole: np.ndarray, axis: int = -1) -> np.ndarray:
        return part.sum(axis=axis) / whole.sum(axis=axis)

    found = bootstrap(
        (parts, wholes),
        ratio,
        n_resamples=resamples,
        paired=True,
        vectorized=True,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Share(value, float(found.low), float(found.high), *counts)


BACKGROUND = "background"
SKIPPED, ENGINE = "skipped", "engine"  # metadata keys of a READINGS table


def known_text(glyphs: pa.Table, resamples: int, seed: int) -> list[dict[str, Any]]:
    """Return the shares of masked letters, overall (factor and level None) and by level, with and without white text.

    Only letters with visible ink count; ``faint`` is the number of other letters.
    """
    frame, rows = pl.DataFrame(glyphs), []
    for (white,), part in frame.group_by("white_text", maintain_order=True):
        seen = part.filter("visible")
        rows.append(_masked(seen, resamples, seed) | {"white_text": white, "factor": None, "level": None})
        rows[-1]["faint"] = len(part) - len(seen)
        for factor in (*FACTORS, BACKGROUND):
            for (level,), own in seen.group_by(factor, maintain_order=True):
                rows.append(
                    _masked(own, resamples, seed) | {"white_text": white, "factor": factor, "level": level}
                )
    return rows


def _masked(letters: pl.DataFrame, resamples: int, seed: int) -> dict[str, Any]:
    by_picture = letters.group_by("id", maintain_order=True).agg(pl.col("masked").sum(), pl.len())
    return share(by_picture["masked"].to_numpy(), by_picture["len"].to_numpy(), resamples, seed)._asdict()


def touched(rows: pa.Table, resamples: int, seed: int) -> list[dict[str, Any]]:
    """Return the mean and the largest share of pixels masked on pictures without text, and how many had a box."""
    found = []
    for (white,), part in pl.DataFrame(rows).group_by("white_text", maintain_order=True):
        shares = part["touched"].to_numpy()
        mean = share(shares, np.ones(len(part)), resamples, seed)
        if mean.value == 0:  # an area is not a count, so there is no exact binomial interval
            mean = mean._replace(low=None, high=None)
        worst, boxed = float(shares.max()), int((part["boxes"] > 0).sum())
        found.append(mean._asdict() | {"white_text": white, "worst": worst, "boxed": boxed})
    return found


def read(survival: pa.Table, about: Mapping[str, Any], resamples: int, seed: int) -> dict[str, Any]:
    """Return the share of readable characters that is masked, or why OCR was skipped; `about` is the metadata."""
    if about.get(SKIPPED):
        return Share(None, None, None, 0, 0)._asdict() | {"surviving": 0, SKIPPED: about[SKIPPED], "read": 0}
    readable, surviving = (survival[name].to_numpy() for name in ("readable", "surviving"))
    found = share(readable - surviving, readable, resamples, seed)._asdict()
    return found | {"surviving": int(surviving.sum()), SKIPPED: None, "read": len(survival)}


def labelled(rows: Iterable[Mapping[str, Any]], **about: Any) -> list[dict[str, Any]]:
    """Return the rows with the columns `about` prepended to each."""
    return [about | dict(row) for row in rows]
