"""Read the inputs of tables and figures: scores by cell, predictions, and facts from small JSON files."""

import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from humancentric.core import files, schemas, tables
from humancentric.dataset import labels
from humancentric.evaluation import prediction_files
from humancentric.evaluation.prediction_files import Predictions
from humancentric.study import report_config
from humancentric.study.study import PROTOTYPE, Study

log = logging.getLogger("humancentric")

# Tasks whose rows have a protocol, a set of templates, a score or a method.
REPEATED = ("transfer", "control", "zeroshot", "ood", "retrieval", "fewshot")


@dataclass(frozen=True)
class Cell:
    """The values of one cell's runs, in the order of their seeds; fractions between 0 and 1."""

    values: tuple[float, ...]

    @property
    def runs(self) -> int:
        """Return the number of runs."""
        return len(self.values)

    @property
    def mean(self) -> float:
        """Return the mean over runs."""
        return float(np.mean(self.values))

    @property
    def std(self) -> float:
        """Return the standard deviation over runs with ddof 0, as tables print it."""
        return float(np.std(self.values))

    @property
    def std_sample(self) -> float:
        """Return the standard deviation with ddof 1 (nan for a single run)."""
        return float(np.std(self.values, ddof=1)) if self.runs > 1 else math.nan


class Scores:
    """Look up the rows of ``scores.parquet`` by cell; null and nan values count as not run."""

    def __init__(self, table: pa.Table) -> None:
        """Group the rows of a table of the scores schema."""
        groups: dict[tuple, list[tuple[int, float]]] = {}
        for row in table.to_pylist():
            if row["value"] is None or not math.isfinite(row["value"]):
                continue
            protocol = row["protocol"] if row["task"] in REPEATED else None
            where = (row[name] for name in ("task", "dataset", "features", "split"))
            key = (*where, protocol, row["shots"], row["metric"])
            groups.setdefault(key, []).append((-1 if row["seed"] is None else row["seed"], row["value"]))
        self.cells = {key: Cell(tuple(value for _, value in sorted(runs))) for key, runs in groups.items()}

    def transfer(self, study: Study, dataset: str, features: str, protocol: str = "") -> Cell | None:
        """Return the headline cell of probes under the first protocol (or `protocol`), None if not run."""
        metric, first = report_config.headline(study, dataset), study.chosen_protocols[0]
        return self.cells.get(("transfer", dataset, features, "test", protocol or first, None, metric))

    def control(self, study: Study, control: str, features: str, split: str = "test") -> Cell | None:
        """Return the headline cell of a control; `split` may name another selection of its samples."""
        metric, first = report_config.headline(study, control), study.chosen_protocols[0]
        return self.cells.get(("control", control, features, split, first, None, metric))

    def fewshot(
        self, study: Study, dataset: str, features: str, shots: int, method: str = PROTOTYPE
    ) -> Cell | None:
        """Return the headline cell of a few-shot method with `shots` prototypes per class, None if not run."""
        protocol = None if method == PROTOTYPE else method
        key = ("fewshot", dataset, features, "test", protocol, shots, report_config.headline(study, dataset))
        return self.cells.get(key) or self.cells.get((*key[:3], None, *key[4:]))

    def shuffled(self, study: Study, dataset: str, shots: int, metric: str = "") -> Cell | None:
        """Return the headline (or `metric`) cell of shuffled-label prototypes, `shots` per class, None if not run."""
        wanted = metric or report_config.headline(study, dataset)
        return self.cells.get(("chance", dataset, "shuffled-prototypes", "test", None, shots, wanted))

    def zeroshot(
        self, study: Study, dataset: str, features: str, templates: str, metric: str = ""
    ) -> Cell | None:
        """Return the headline cell (or that of `metric`) of a set of templates, None if not run."""
        wanted = metric or report_config.headline(study, dataset)
        return self.cells.get(("zeroshot", dataset, features, "test", templates, None, wanted))

    def value(self, task: str, dataset: str, features: str, split: str, metric: str) -> float | None:
        """Return a number that has neither protocol nor runs, None if missing."""
        cell = self.cells.get((task, dataset, features, split, None, None, metric))
        return cell.mean if cell else None

    def months(self, task: str, dataset: str, features: str) -> list[tuple[str, str]]:
        """Return the ``(side, month)`` pairs that a dataset's features were scored on, in order."""
        found = {
            key[3] for key in self.cells if key[:3] == (task, dataset, features) and ":" in (key[3] or "")
        }
        return sorted(tuple(name.split(":", 1)) for name in found)

    def blind(self, study: Study, dataset: str) -> dict[str, Cell]:
        """Return the headline cells of the input-free baselines by name, best first."""
        metric = report_config.headline(study, dataset)
        found = {
            key[2]: cell
            for key, cell in self.cells.items()
            if key[:2] == ("chance", dataset) and key[3] in ("test", None) and key[5:] == (None, metric)
        }
        return dict(sorted(found.items(), key=lambda item: (-item[1].mean, item[0])))

    def best(self, study: Study, dataset: str, features: Iterable[str]) -> str | None:
        """Return the `features` with the highest mean headline score, the first if tied; None if none was run."""
        cells = {name: self.transfer(study, dataset, name) for name in features}
        means = {name: cell.mean for name, cell in cells.items() if cell}
        return max(means, key=means.__getitem__, default=None)

    def best_of_each(self, study: Study, dataset: str) -> dict[str, str | None]:
        """Return the best features of every kind that a dataset has, None if none of a kind was run."""
        found = {kind: report_config.of_kind(study, dataset, kind) for kind in report_config.KINDS}
        return {kind: self.best(study, dataset, names) for kind, names in found.items() if names}


MASKED = "masked"  # the boxes of this view are in the folder itself, those of other views in subfolders


class CellFiles:
    """Files below ``results/``, identified by their paths; look-ups of missing files return None."""

    def __init__(
        self,
        predictions: Iterable[str | Path] = (),
        samples: Iterable[str | Path] = (),
        masks: Iterable[str | Path] = (),
    ) -> None:
        """Index the paths, which give the dataset, the features and the view."""
        self._predictions = {path.parts[-4:-1:2]: path for path in map(Path, predictions)}
        self._samples = {path.parent.name: path for path in map(Path, samples)}
        self._masks = list(map(Path, masks))
        self._read_samples = lru_cache(maxsize=1)(labels.read)  # figures are drawn dataset by dataset

    def answers(self, study: Study, dataset: str, features: str) -> Predictions | None:
        """Return the predictions and true labels of a cell on its test split, None if missing."""
        path, samples = self._predictions.get((dataset, features)), self._samples.get(dataset)
        if path is None or samples is None or not (path.exists() and samples.exists()):
            return None
        known = self._read_samples(samples)["test"]
        return prediction_files.read_predictions(path, known, study.datasets[dataset].task)

    @cached_property
    def masked(self) -> Mapping[tuple[str, str], float]:
        """Return the mean masked share of an image by (dataset, view), for views whose masks are given."""
        groups: dict[tuple[str, str], list[np.ndarray]] = {}
        for path in self._masks:
            position = path.parts.index("masks")
            inside = path.parts[position + 1 : -1]
            key = (path.parts[position - 1], inside[0] if inside else MASKED)
            column = tables.read(path, schemas.MASKS, ["masked_fraction"]).column("masked_fraction")
            groups.setdefault(key, []).append(column.to_numpy())
        joined = {key: np.concatenate(parts) for key, parts in groups.items()}
        shares = {key: float(values.mean()) for key, values in joined.items() if len(values)}
        for dataset, view in (key for key, share in shares.items() if not share):
            log.warning("%s: view %s masks nothing on any picture", dataset, view)
        return shares


Paths = str | Path | Iterable[str | Path]


def _list(paths: Paths) -> list[str | Path]:
    return [paths] if isinstance(paths, str | Path) else list(paths)


@dataclass(frozen=True)
class ReportInputs:
    """The scores, and facts from other files; table cells whose file is missing stay empty."""

    scores: Scores
    reference: Mapping[str, Any] = field(default_factory=dict)  # resources/paper_reference.json
    cards: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # card.json by dataset
    texts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # {dataset: {view.encoder: counts}}
    timings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by image encoder
    claims: Mapping[str, Any] = field(default_factory=dict)  # results/claims.json
    predictions: CellFiles = field(default_factory=CellFiles)  # of the main protocol
    further: Mapping[str, Path] = field(default_factory=dict)  # files listed by specs, by the listed name

    def json(self, name: str) -> dict[str, Any]:
        """Return the content of a JSON file listed by a spec; empty if it is missing."""
        path = self.further.get(name)
        return files.read_json(path) if path and path.exists() else {}


def read(
    scores: str | Path,
    paper: str | Path | None = None,
    cards: Paths = (),
    texts: Paths = (),
    timings: Paths = (),
    claims: Paths = (),
    predictions: CellFiles | None = None,
    further: Paths = (),
) -> ReportInputs:
    """Read the scores, the paper's numbers, cards, counts of truncated texts, timings of encoders, and claims."""
    return ReportInputs(
        Scores(tables.read(scores, schemas.SCORES)),
        files.read_json(paper) if paper else {},
        {card["dataset"]: card for card in map(files.read_json, _list(cards))},
        {name: counts for path in _list(texts) for name, counts in files.read_json(path).items()},
        {timing["encoder"]: timing for timing in map(files.read_json, _list(timings))},
        next(map(files.read_json, _list(claims)), {}),
        predictions or CellFiles(),
        {str(path): Path(path) for path in _list(further)},
    )
