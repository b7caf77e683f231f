"""Fit the probes of one cell under every specification, and score each test item under each.

The features are scaled and reduced before a probe sees them. The statistics (means, deviations, principal components)
are learnt from the training samples of the fit: from those that are not held out while options are selected, and from
all afterwards. The validation score of every specification is stored, whether it selects options or not. It is the mean
over all seeds, since one of 44 specifications might otherwise be selected because of a lucky seed.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.decomposition import PCA

from humancentric.core.errors import UserError
from humancentric.core.hashing import TEST, TRAIN, VALIDATION
from humancentric.core.logs import stage
from humancentric.dataset.labels import Samples
from humancentric.evaluation.prediction_files import Predictions
from humancentric.probing import fold_scaling, kinds, option_selection
from humancentric.probing.probe import TrainingData
from humancentric.probing.probe_inputs import ProbeInputs

log = logging.getLogger("humancentric")


@dataclass(frozen=True)
class Preprocessing:
    """Scaling of features, then principal components."""

    parts: Sequence[int]  # widths of the parts that are scaled to length one; empty without such scaling
    scale: fold_scaling.Scaling | None
    components: PCA | None

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Return the features (n, width) as a probe sees them (n, components; float32)."""
        found = fold_scaling.to_unit_length(features.copy(), self.parts) if len(self.parts) else features
        if self.scale is not None:
            found = (found - self.scale[0]) * self.scale[1]
        if self.components is not None:
            # `PCA.transform` would reject an empty array.
            found = (found - self.components.mean_) @ self.components.components_.T
        return np.ascontiguousarray(found, np.float32)


def learn(train: np.ndarray, parts: Sequence[int], features: str, width: int | None) -> Preprocessing:
    """Return the preprocessing learnt from `train` (n, sum of `parts`).

    There are at most as many principal components as features, so that narrow encoders lose nothing, and fewer than
    samples.
    """
    scaled = Preprocessing(
        parts if features == "normalised" else (), fold_scaling.KINDS[features](train), components=None
    )
    if width is None:
        return scaled
    # The exact solvers: the randomised one, which "auto" may choose, needs a seed and gives approximate components.
    solver = "covariance_eigh" if len(train) > train.shape[1] else "full"
    count = max(1, min(width, train.shape[1], len(train) - 1))
    analysis = PCA(count, svd_solver=solver).fit(scaled(train))
    return Preprocessing(scaled.parts, scaled.scale, analysis)


def _selection(cell: ProbeInputs, row: Mapping[str, Any]) -> tuple[Samples, int, Samples | None]:
    """Return the training samples, held-out ones last, the number of the others, and the validation split."""
    train, own = cell.samples[TRAIN], cell.samples.get(VALIDATION)
    if own is not None and len(own):
        return train, len(train), own
    held = option_selection.held_out(train, cell.task, row)
    return option_selection.split_by(train, held), int((~held).sum()), None


def fit(
    cell: ProbeInputs, specifications: Sequence[Mapping[str, Any]], seeds: Sequence[int]
) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
    """Yield every specification with what was selected, and the scores (test items, repetitions) of its probes."""
    train, rest, own = _selection(cell, specifications[0]["row"])
    inputs, sources = cell.load(TRAIN, train)
    parts, targets = [part.width for part in sources], cell.encode(train)
    held = inputs[rest:] if own is None else cell.load(VALIDATION)[0]
    truth = targets[rest:] if own is None else cell.encode(own)
    test, test_truth = cell.load(TEST)[0], cell.encode(cell.samples[TEST])
    groups: dict[tuple, list[Mapping[str, Any]]] = {}
    for member in specifications:
        groups.setdefault((member["features"], member["width"], member["angles"]), []).append(member)
    for (features, width, angles), members in groups.items():
        views = []
        for known, answered in ((inputs[:rest], held), (inputs, test)):
            seen = learn(known, parts, features, width) if len(known) else Preprocessing((), None, None)
            pair = [seen(known), seen(answered)]
            views += [fold_scaling.to_unit_length(part, [part.shape[1]]) for part in pair] if angles else pair
        selected, tried, whole, answered = views
        for member in members:
            # The features are scaled already.
            row = {**member["row"], "features": "normalised" if angles else "raw"}
            part = TrainingData(selected, targets[:rest], len(cell.classes), cell.task)
            choice = option_selection.choose(part, tried, truth, row)
            problem = TrainingData(whole, targets, len(cell.classes), cell.task)
            about = {key: member[key] for key in ("name", "probe", "features", "options", "width")}
            about |= {"components": whole.shape[1], "threshold": choice.row["threshold"]}
            about["selected"] = dict(choice.options)
            judged = len(part) and len(tried)
            about["validation"] = (
                float(_scores(part, choice.row, seeds, tried, truth).mean()) if judged else None
            )
            yield about, _scores(problem, choice.row, seeds, answered, test_truth)


def _scores(
    problem: TrainingData,
    row: Mapping[str, Any],
    seeds: Sequence[int],
    features: np.ndarray,
    truth: np.ndarray,
) -> np.ndarray:
    """Return the scores (items, repetitions) of probes fitted to a problem, for unseen features."""
    kind = kinds.kind_of(row)
    heads = kind.fit(problem, row, list(seeds)).values()
    answers = np.stack([kind.probabilities(head, features, problem.task, row) for head in heads], axis=1)
    return Predictions([], [], problem.task, row["threshold"], truth, answers).scores()


def score(
    cell: ProbeInputs, specifications: Sequence[Mapping[str, Any]], seeds: Sequence[int]
) -> tuple[list[dict[str, Any]], list[np.ndarray]]:
    """Return the results of `fit` as two lists. Raises `UserError` without test items."""
    if not len(cell.samples[TEST]):
        raise UserError(
            "samples: the test split is empty; raise the dataset's split.test or check its source"
        )
    described, scores = [], []
    with stage(f"fit {len(specifications)} specifications of {cell.features}"):
        for about, found in fit(cell, specifications, seeds):
            log.info("%s: %.4f", about["name"], found.mean())
            described.append(about)
            scores.append(found)
    return described, scores
