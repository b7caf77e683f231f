"""Check whether a run on generated data recovers the planted structure, with the evidence."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from humancentric.report.numbers import unit_of
from humancentric.report.report_inputs import Cell, Scores
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

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
    alone = [
        (name, *part)
        for name in names
        for modality in ("image", "text")
        for features in report_config.singles(study, name, modality)
        for part in report_config.split_features(features)
    ]

    def higher(rows: Iterable[tuple[str, str, str, str]]) -> tuple[Evidence, ...]:
        """Return the evidence for rows (dataset, setting, features that should score higher, other features)."""
        found = []
        for name, words, better, worse in rows:
            left, right = (scores.transfer(study, name, features) for features in (better, worse))
            found.append(_evidence(study, name, words, left, right, _higher))
        return tuple(filter(None, found))

    def against_blind(sentence: str, side: str, features: Iterable[tuple[str, str]], above: bool) -> Check:
        found = (_against_blind(scores, study, *row, tested, above) for row in features)
        return Check(sentence, (side, "Blind"), tuple(filter(None, found)))

    masked = higher(
        (name, label(study, "encoders", encoder), f"{origin}.{encoder}", f"{view}.{encoder}")
        for name in names
        for view, origin in report_config.derived_views(study, name).items()
        for encoder in study.image_encoders
    )
    plots = higher(
        (
            name,
            f"{label(study, 'encoders', text)} against {label(study, 'encoders', image)}",
            f"plot.{text}",
            f"standard.{image}",
        )
        for name, view, text in alone
        if view == "plot"
        for dataset, origin, image in alone
        if (dataset, origin) == (name, "standard")
    )
    ours, theirs = (label(study, "encoders", name) for name in ("clip-demo", "efficientnet-lite0"))
    trained_on_drawings = higher(
        (name, label(study, "views", view), f"{view}.clip-demo", f"{view}.efficientnet-lite0")
        for name, view, encoder in alone
        if encoder == "clip-demo"
    )
    random = [(name, f) for name in names for f in feature_sets.chance_features(study, name)]
    single = [(name, f"{view}.{encoder}") for name, view, encoder in alone]
    return [
        Check("Plots beat posters", ("Plot", "Poster"), plots),
        Check("Masking text lowers the scores of pictures alone", ("As they are", "Masked"), masked),
        Check(f"{ours} beats {theirs} as picture encoder", (ours, theirs), trained_on_drawings),
        against_blind("Every encoder alone beats the best blind baseline", "Encoder", single, above=True),
        against_blind(
            "Random vectors stay at chance: not above the best blind baseline", "Random", random, above=False
        ),
    ]


def _higher(left: Cell, right: Cell) -> bool:
    return left.mean > right.mean


def _against_blind(
    scores: Scores, study: Study, dataset: str, features: str, tested: Mapping[str, int], above: bool
) -> Evidence | None:
    """Test whether features are above the best input-free baseline, or (not `above`) within the tolerance of it."""
    blind = next(iter(scores.blind(study, dataset).values()), None)
    cell = scores.transfer(study, dataset, features)

    def at_chance(ours: Cell, chance: Cell) -> bool:
        size = tested.get(dataset, 0)
        error = math.sqrt(chance.mean * (1 - chance.mean) / size) if size else 0.0
        return ours.mean <= chance.mean + max(2 * error, BAND)

    words = report_config.name_of(study, features)
    return _evidence(study, dataset, words, cell, blind, _higher if above else at_chance)


def _evidence(
    study: Study,
    dataset: str,
    words: str,
    left: Cell | None,
    right: Cell | None,
    holds: Callable[[Cell, Cell], bool],
) -> Evidence | None:
    if left is None or right is None:
        return None
    unit = unit_of(study, dataset)
    where = f"{label(study, 'datasets', dataset)}, {words}"
    texts = (unit.number(left.mean), unit.number(right.mean), unit.difference(left.mean - right.mean) or "0")
    return Evidence(where, *texts, holds(left, right))
