"""Read what figures need besides the scores: main-protocol predictions, samples, and masked shares."""

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from humancentric.core import schemas, tables
from humancentric.dataset import labels
from humancentric.evaluation import prediction_files
from humancentric.evaluation.prediction_files import Predictions
from humancentric.study.study import Study

MASKED = "masked"  # boxes of this view are in the folder itself, those of others in subfolders


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
            place = path.parts.index("masks")
            inside = path.parts[place + 1 : -1]
            key = (path.parts[place - 1], inside[0] if inside else MASKED)
            column = tables.read(path, schemas.MASKS, ["masked_fraction"]).column("masked_fraction")
            groups.setdefault(key, []).append(column.to_numpy())
        joined = {key: np.concatenate(parts) for key, parts in groups.items()}
        return {key: float(values.mean()) for key, values in joined.items() if len(values)}
