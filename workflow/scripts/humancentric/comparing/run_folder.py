"""The results of one run, wherever they lie: numbers by cell, and the files that tell more of a cell."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from humancentric import files, schemas, tables
from humancentric.errors import UserError

SCORES = "scores.parquet"
CLOCK = ("milliseconds",)  # metrics that two runs never share


class Number(NamedTuple):
    """Which number is meant: everything a row of the scores says but the seed."""

    dataset: str
    task: str
    features: str
    split: str
    protocol: str
    shots: int | None
    metric: str


@dataclass(frozen=True)
class Run:
    """One run: its folder, and the values of every number by seed (-1 where it has none)."""

    folder: Path
    values: dict[Number, dict[int, float]]

    def predictions(self, number: Number) -> Path | None:
        """Return the file of predictions behind a probe's number; None where it is not there."""
        if number.task not in ("transfer", "control"):
            return None
        cell = self.folder / number.dataset
        for place in (f"transfer.{number.protocol}", "transfer"):
            path = cell / place / number.features / "predictions.parquet"
            if path.is_file() and tables.read_metadata(path).get("protocol") == number.protocol:
                return path
        return None

    def heads(self) -> Iterator[Path]:
        """Yield the files of trained heads."""
        yield from sorted(self.folder.glob("*/transfer*/*/heads.safetensors"))

    def card(self, dataset: str) -> dict[str, Any]:
        """Return the facts of a dataset; nothing where it has no card."""
        path = self.folder / dataset / "card.json"
        return files.read_json(path) if path.is_file() else {}


def _folder(given: str | Path, side: str) -> Path:
    if not str(given):
        raise UserError(
            f"compare: {side} is missing; add --config left=DIR right=DIR, two folders of results"
        )
    for folder in (Path(given), Path(given) / "results"):
        if (folder / SCORES).is_file():
            return folder
    raise UserError(
        f"compare: {side}={given}: no {SCORES} there; name a results folder of a finished run, or the project around it"
    )


def read(given: str | Path, side: str) -> Run:
    """Return the run in a folder of results or in the project around it; `UserError` names the `side` if none is."""
    folder, values = _folder(given, side), {}
    for row in tables.read(folder / SCORES, schemas.SCORES).to_pylist():
        if row["metric"] in CLOCK or row["value"] is None or math.isnan(row["value"]):
            continue
        number = Number(*(row[name] for name in Number._fields))
        values.setdefault(number, {})[-1 if row["seed"] is None else row["seed"]] = row["value"]
    return Run(folder, values)
