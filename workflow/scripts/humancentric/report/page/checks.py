"""Check whether a run on generated data recovers the structure planted in them, with the evidence."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from humancentric.report.numbers import unit_of
from humancentric.report.report_inputs import Cell, Scores
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

PLANTED = (  # (better, worse): order of views and encoders planted by the generators
    ("view", "plot", "title"),
    ("encoder", "clip-demo", "efficientnet-lite0"),
)
BAND = 0.02  # tolerance around chance: this or two standard errors, whichever is larger


@dataclass(frozen=True)
class Evidence:
    """One comparison: its setting, the number that should be higher (or at chance), its counterpart, the outcome."""

    where: str
    left: str
    right: str
    difference: str
    holds: bool


@dataclass(frozen=True)
class Check:
    """A statement about the data and the comparisons that test it."""

    sentence: str
    sides: tuple[str, str]  # names of the two numbers of a comparison
    evidence: tuple[Evidence, ...]

    @property
    def verdict(self) -> str:
        """Return yes, no, partly or not run."""
        held = {row.holds for row in self.evidence}
        return {frozenset(): "not run", frozenset({True}): "yes", frozenset({False}): "no"}.get(
            frozenset(held), "partly"
        )


def checks(scores: Scores, study: Study, tested: Mapping[str, int]) -> list[Check]:
    """Return the checks of a study's generated datasets; `tested` is the number of test samples by dataset."""
    names = [name for name in study.trained if study.datasets[name].generated]
    found = [Check(*_planted(scores, study, names, *row)) for row in PLANTED]
    masked = [
        _higher(
            scores,
            study,
            name,
            f"{origin}.{encoder}",
            f"{view}.{encoder}",
            label(study, "encoders", encoder),
        )
        for name in names
        for view, origin in report_config.derived_views(study, name).items()
        for encoder in study.image_encoders
    ]
    found.insert(
        1,
        Check(
            "Masking text lowers the scores of pictures alone",
            ("As they are", "Masked"),
            tuple(filter(None, masked)),
        ),
    )
    modalities = ("image", "text")
    alone = [(name, f) for name in names for m in modalities for f in report_config.singles(study, name, m)]
    above = [_against_blind(scores, study, name, features, tested, above=True) for name, features in alone]
    found.append(
        Check(
            "Every encoder alone beats the best blind baseline",
            ("Encoder", "Blind"),
            tuple(filter(None, above)),
        )
    )
    level = [
        _against_blind(scores, study, name, features, tested, above=False)
        for name in names
        for features in feature_sets.chance_features(study, name)
    ]
    found.append(
        Check(
            "Random vectors stay at chance: not above the best blind baseline",
            ("Random", "Blind"),
            tuple(filter(None, level)),
        )
    )
    return found


def _planted(
    scores: Scores, study: Study, names: Iterable[str], axis: str, better: str, worse: str
) -> tuple[str, tuple[str, str], tuple[Evidence, ...]]:
    """Return a statement, its two sides and its comparisons: two views by encoder, or two encoders by view."""
    rows = []
    for name in names:
        every = [f for modality in ("image", "text") for f in report_config.singles(study, name, modality)]
        for features in every:
            ((view, encoder),) = report_config.split_features(features)
            if (view if axis == "view" else encoder) != better:
                continue
            other = f"{worse}.{encoder}" if axis == "view" else f"{view}.{worse}"
            words = label(study, *(("encoders", encoder) if axis == "view" else ("views", view)))
            rows.append(_higher(scores, study, name, features, other, words))
    left, right = (label(study, f"{axis}s", name) for name in (better, worse))
    lower = right.lower() if axis == "view" else right
    sentence = f"{left} beats {lower}" + (" as text" if axis == "view" else " as picture encoder")
    return sentence, (left, right), tuple(filter(None, rows))


def _higher(scores: Scores, study: Study, dataset: str, left: str, right: str, words: str) -> Evidence | None:
    one, other = (scores.transfer(study, dataset, features) for features in (left, right))
    return _evidence(study, dataset, words, one, other, lambda a, b: a.mean > b.mean)


def _against_blind(
    scores: Scores, study: Study, dataset: str, features: str, tested: Mapping[str, int], above: bool
) -> Evidence | None:
    blind = next(iter(scores.blind(study, dataset).values()), None)
    cell = scores.transfer(study, dataset, features)

    def holds(ours: Cell, chance: Cell) -> bool:
        if above:
            return ours.mean > chance.mean
        size = tested.get(dataset, 0)
        error = math.sqrt(chance.mean * (1 - chance.mean) / size) if size else 0.0
        return ours.mean <= chance.mean + max(2 * error, BAND)

    return _evidence(study, dataset, report_config.name_of(study, features), cell, blind, holds)


def _evidence(
    study: Study, dataset: str, words: str, left: Cell | None, right: Cell | None, holds
) -> Evidence | None:
    if left is None or right is None:
        return None
    unit = unit_of(study, dataset)
    where = f"{label(study, 'datasets', dataset)}, {words}"
    texts = (unit.number(left.mean), unit.number(right.mean), unit.difference(left.mean - right.mean) or "0")
    return Evidence(where, *texts, bool(holds(left, right)))
