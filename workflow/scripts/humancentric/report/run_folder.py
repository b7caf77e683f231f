"""Read the results of one run: numbers by cell, and their provenance (encoders, weights, versions)."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from safetensors import SafetensorError, safe_open

from humancentric.core import files, schemas, tables
from humancentric.core.errors import UserError
from humancentric.core.tables import METADATA_KEY

SCORES = "scores.parquet"
CLOCK = ("milliseconds",)  # metrics that always differ between runs


class Number(NamedTuple):
    """Key of a number: every field of a row of the scores except the seed and the value."""

    dataset: str
    task: str
    features: str
    split: str
    protocol: str
    shots: int | None
    metric: str


@dataclass(frozen=True)
class Run:
    """One run: its folder, and the values of every number by seed (-1 for numbers without seeds)."""

    folder: Path
    values: dict[Number, dict[int, float]]

    def predictions(self, number: Number) -> Path | None:
        """Return the file of predictions behind a probe's number; None if it does not exist."""
        if number.task not in ("transfer", "control"):
            return None
        cell = self.folder / number.dataset
        for folder in (f"transfer.{number.protocol}", "transfer"):
            path = cell / folder / number.features / "predictions.parquet"
            if path.is_file() and tables.read_metadata(path).get("protocol") == number.protocol:
                return path
        return None

    def heads(self) -> Iterator[Path]:
        """Yield the files of trained heads."""
        yield from sorted(self.folder.glob("*/transfer*/*/heads.safetensors"))

    def card(self, dataset: str) -> dict[str, Any]:
        """Return the card of a dataset; empty if it has none."""
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
        f"compare: {side}={given}: no {SCORES} there; name a results folder of a finished run, or the "
        "project around it"
    )


def read(given: str | Path, side: str) -> Run:
    """Read the run in a folder of results or in its project; raises `UserError`, naming `side`, if there is none."""
    folder = _folder(given, side)
    values: dict[Number, dict[int, float]] = {}
    for row in tables.read(folder / SCORES, schemas.SCORES).to_pylist():
        if row["metric"] in CLOCK or row["value"] is None or math.isnan(row["value"]):
            continue
        number = Number(*(row[name] for name in Number._fields))
        values.setdefault(number, {})[-1 if row["seed"] is None else row["seed"]] = row["value"]
    return Run(folder, values)


COUNTED = ("samples", "texts", "truncated", "empty", "split")  # counts of single files: datasets report them
OF_CARD = ("task", "splits", "offered", "rejected", "ids_sha256", "split", "asked")
OF_FEWSHOT = ("distance", "seed")


def header(path: str | Path) -> dict[str, Any]:
    """Read the metadata of a file of heads without loading the heads; empty if there are none.

    Raises `UserError` if the file is damaged.
    """
    with (
        files.readable(path, "file of trained heads", SafetensorError),
        safe_open(path, "numpy") as file,
    ):
        return files.unsealed(json.loads((file.metadata() or {}).get(METADATA_KEY.decode(), "{}")))


def flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield the leaves of nested mappings as (key path, text)."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}")
    else:
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _stored_facts(run: Run) -> Iterator[tuple[str, str]]:
    for path in run.heads():
        about = header(path)
        if not about:
            continue
        yield from flat(about["protocol"], f"protocol {about['protocol_name']}")
        yield from flat(about["classes"], f"classes {about['dataset']}")
        for _, width, source in about["inputs"]:
            key_path = f"encoder {source.get('encoder', '?')}"
            yield f"{key_path}.width", str(width)
            stable = {key: value for key, value in source.items() if key not in COUNTED}
            yield from flat(
                {k: v for k, v in stable.items() if k not in ("encoder", "versions", "column")}, key_path
            )
            yield from flat(stable.get("versions", {}), "version")
    for dataset in sorted({number.dataset for number in run.values}):
        card = run.card(dataset)
        yield from flat({key: card[key] for key in OF_CARD if key in card}, f"dataset {dataset}")
    for path in sorted(run.folder.glob("*/fewshot/*.json")):
        cell = files.read_json(path)
        yield from flat({key: cell[key] for key in OF_FEWSHOT if key in cell}, "few-shot")


def facts(run: Run) -> dict[str, list[str]]:
    """Return the provenance stored in a run's files, by key path; several values where files differ."""
    found: dict[str, set[str]] = {}
    for name, value in _stored_facts(run):
        found.setdefault(name, set()).add(value)
    return {name: sorted(values) for name, values in sorted(found.items())}


def differing(left: Run, right: Run) -> dict[str, tuple[list[str], list[str]]]:
    """Return the facts that differ between two runs, by key path; an empty list if a run lacks the fact."""
    one, other = facts(left), facts(right)
    return {
        name: (one.get(name, []), other.get(name, []))
        for name in sorted({*one, *other})
        if one.get(name) != other.get(name)
    }
