"""What the stages cost: Snakemake's benchmark files, summed by rule."""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Jobs of one rule: how many, seconds in all and of the longest, and the most memory of one (MiB, nan: unknown)."""

    rule: str
    jobs: int
    seconds: float
    longest: float
    memory: float


def _numbers(path: Path) -> Iterator[tuple[float, float]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            try:
                yield float(row["s"]), _number(row.get("max_rss"))
            except (KeyError, TypeError, ValueError):
                continue  # a file cut short by a killed job says nothing about cost


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:  # Snakemake writes NA or - where it could not measure
        return math.nan


def costs(folder: str | Path) -> list[Cost]:
    """Return the cost of every rule with benchmark files ``folder/<rule>/....tsv``, dearest first."""
    root = Path(folder)
    jobs: dict[str, list[tuple[float, float]]] = {}
    for path in sorted(root.rglob("*.tsv")):
        rule = path.relative_to(root).parts[0].removesuffix(".tsv")
        jobs.setdefault(rule, []).extend(_numbers(path))
    found = []
    for rule, rows in jobs.items():
        if not rows:
            continue
        seconds = [time for time, _ in rows]
        memory = max((size for _, size in rows if not math.isnan(size)), default=math.nan)
        found.append(Cost(rule, len(rows), sum(seconds), max(seconds), memory))
    return sorted(found, key=lambda cost: (-cost.seconds, cost.rule))
