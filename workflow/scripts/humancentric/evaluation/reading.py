"""Measure how scores depend on text in images: masked text against random boxes of equal area, by dose.

The dose is the share of the text that is masked. The lead of one encoder over another with random boxes minus its lead
with masked text is a difference in differences: the loss of both encoders to any black area cancels, and the benefit of
the first one from reading remains. All probes are trained and tested on the same view. Intervals are not adjusted for
the number of doses; the declared contrasts, at the full dose, have verdicts (`evaluation.claims`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core import files, schemas, tables
from humancentric.evaluation import significance
from humancentric.evaluation.claims import evidence, verdicts
from humancentric.evaluation.claims.comparisons import Cell
from humancentric.evaluation.claims.evidence import Evidence
from humancentric.evaluation.estimates import Estimate, Interval, combine, finite
from humancentric.evaluation.significance import LEVEL
from humancentric.study import reading_grid
from humancentric.study.reading_grid import FULL
from humancentric.study.study import Row, Study

Record = dict[str, Any]
NONE_PRINTED: Record = {"tables": {}, "controls": {}}  # the paper does not print these contrasts


def score(
    samples: Iterable[str | Path],
    predictions: Iterable[str | Path],
    chance: Iterable[str | Path],
    masks: Iterable[str | Path],
    study: Study,
    options: Row,
) -> Record:
    """Return cells, leads by dose, losses without text and verdicts, ready to be written as JSON.

    `study` is the excerpt of `reading_grid.expanded`, and `options` are those of `study.reading`.
    """
    study = replace(study, reading=options)
    found = Evidence(evidence.read(samples, predictions, (), study), study)
    blind = {path.parent.name: best_blind(files.read_json(path)) for path in map(Path, chance)}
    areas = mean_areas(masks, options["view"])
    return {"level": LEVEL, **options, "blind": blind, "areas": areas, **judge(found, study, blind)}


def judge(found: Evidence, study: Study, blind: Mapping[str, float]) -> Record:
    """Return the record of `score` from scores in memory; `blind` is the best input-free baseline by dataset."""
    record: Record = {"cells": [], "leads": [], "needs": []}
    for dataset in study.trained:
        record["cells"] += _cells(found, dataset)
        record["leads"] += _leads(found, study, dataset)
        record["needs"] += _needs(found, study, dataset, blind[dataset])
    return {**record, "claims": verdicts.judge(found, study, NONE_PRINTED)}


def best_blind(chance: Mapping[str, Any]) -> float:
    """Return the headline score of the best input-free baseline of a dataset on its test split."""
    metric = chance["metric"]
    return max(
        run[metric]
        for run in chance["runs"]
        if "shots" not in run and metric in run and run.get("split") == "test"
    )


def mean_areas(masks: Iterable[str | Path], view: str) -> dict[str, dict[str, float]]:
    """Return the mean masked share of an image by dataset and view, from files of masks."""
    groups: dict[tuple[str, str], list[np.ndarray]] = {}
    for path in map(Path, masks):
        position = path.parts.index("masks")
        key = path.parts[position - 1], (*path.parts[position + 1 : -1], view)[0]
        column = tables.read(path, schemas.MASKS, ["masked_fraction"])["masked_fraction"]
        groups.setdefault(key, []).append(column.to_numpy())
    found: dict[str, dict[str, float]] = {}
    for (dataset, name), parts in groups.items():
        found.setdefault(dataset, {})[name] = float(np.concatenate(parts).mean())
    return found


def ratio(
    numerator: Estimate, denominator: Estimate, alpha: float = 1 - LEVEL
) -> tuple[float, Interval] | None:
    """Return the ratio of two estimates that were resampled together, with its interval (Fieller 1954).

    The interval holds every ratio r for which numerator - r * denominator does not differ significantly from zero.
    None if the denominator does not either, because any ratio is then possible.
    """
    if not numerator.parts or not denominator.parts:
        return None
    width = significance.quantile(numerator.parts, alpha) ** 2
    (top, both), (_, bottom) = width * np.cov(numerator.draws, denominator.draws, ddof=0)
    over, under = numerator.value, denominator.value
    # the interval lies between the roots of a r^2 - 2 b r + c
    a, b, c = under**2 - bottom, over * under - both, over**2 - top
    if under <= 0 or a <= 0:
        return None
    root = np.sqrt(max(b**2 - a * c, 0.0))
    return over / under, Interval(float((b - root) / a), float((b + root) / a))


def _cells(found: Evidence, dataset: str) -> list[Record]:
    """Return the mean score and interval of every encoder in every view."""
    records = []
    for features in found.items["transfer", dataset].scores:
        view, encoder = features.split(".")
        mean = found.estimate([(1.0, Cell("transfer", dataset, features))])
        about = {"dataset": dataset, "view": view, "encoder": encoder, "value": mean.value}
        records.append({**about, **_ends(mean.interval())})
    return records


def _leads(found: Evidence, study: Study, dataset: str) -> list[Record]:
    """Return, by dose, the lead of every multimodal encoder with random boxes minus that with masked text."""
    multimodal = [name for name in study.image_encoders if study.encoders[name].multimodal]
    others = [name for name in study.image_encoders if name not in multimodal]
    views = reading_grid.by_dose(study, _origin(study, dataset))
    records = []
    for (dose, random), (_, text) in zip(views["random"][1:], views["text"][1:], strict=True):
        for ours, rival in product(multimodal, others):
            signs = ((1.0, random, ours), (-1.0, random, rival), (-1.0, text, ours), (1.0, text, rival))
            terms = [(sign, Cell("transfer", dataset, f"{view}.{name}")) for sign, view, name in signs]
            if all(cell in found for _, cell in terms):
                change = found.estimate(terms)
                about = {"dataset": dataset, "dose": dose, "ours": ours, "rival": rival}
                records.append({**about, "value": change.value, **_ends(change.interval())})
    return records


def _needs(found: Evidence, study: Study, dataset: str, blind: float) -> list[Record]:
    """Return the loss of every encoder to masked text, minus its loss to random boxes of equal area.

    ``share`` is that loss divided by the encoder's lead on unmasked images over the best blind baseline, whose own
    error is ignored; None if the encoder is not above the baseline.
    """
    views = {
        kind: dict(pairs) for kind, pairs in reading_grid.by_dose(study, _origin(study, dataset)).items()
    }
    records = []
    for encoder in study.image_encoders:
        names = (views["random"][FULL], views["text"][FULL], views["text"][0])
        cells = [Cell("transfer", dataset, f"{view}.{encoder}") for view in names]
        if not all(cell in found for cell in cells):
            continue
        random, text, whole = cells
        loss = found.estimate([(1.0, random), (-1.0, text)])
        constant = Estimate(blind, np.full(1, blind), {}, {}, {}, (blind, blind))
        above = combine([(1.0, found.estimate([(1.0, whole)])), (-1.0, constant)])
        share = ratio(loss, above)
        record = {"dataset": dataset, "encoder": encoder, "value": loss.value, **_ends(loss.interval())}
        ends = _ends(share[1]) if share else {"low": None, "high": None}
        record |= {"share": share and share[0], "share_low": ends["low"], "share_high": ends["high"]}
        records.append(record)
    return records


def _origin(study: Study, dataset: str) -> str:
    return study.datasets[dataset].masked_views[study.reading["view"]].of  # type: ignore[index]


def _ends(interval: Interval) -> Record:
    return finite({"low": interval.low, "high": interval.high})
