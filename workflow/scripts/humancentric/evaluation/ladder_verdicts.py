"""Judge the contrasts of the ladder of encoders, and test whether a lead grows with human-centricity.

There is one family of tests for features at full width, one for features reduced to a common width by principal
components and one by random directions; a further family tests whether leads are larger at full width than at the
common width. Contrasts are judged like claims (`claims.verdicts`): a contrast holds only if it holds on all of its
datasets, and p-values are adjusted by Holm's method over the contrasts and slopes of the family.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core import tables
from humancentric.dataset import labels
from humancentric.evaluation import class_ratings, metrics, prediction_files
from humancentric.evaluation.claims import evidence, judgements, verdicts
from humancentric.evaluation.claims.comparisons import Cell, Terms
from humancentric.evaluation.claims.evidence import Evidence, Items, PopulationKey
from humancentric.evaluation.class_ratings import Classes, Ratings
from humancentric.evaluation.estimates import Estimate, finite
from humancentric.evaluation.significance import LEVEL
from humancentric.study import ladder
from humancentric.study.study import Study

WIDTH = "width"  # the family of leads at full width minus those at the common width
Record = dict[str, Any]
Paths = Mapping[str, list[str | Path]]  # by treatment


def by_treatment(predictions: Iterable[str | Path], study: Study) -> dict[str, list[str | Path]]:
    """Group the prediction files of the ladder by the treatment of their features, which the protocol determines."""
    names = ladder.protocols(study)
    found: dict[str, list[str | Path]] = {kind: [] for kind in ladder.TREATMENTS}
    for path in predictions:
        found[names[tables.read_metadata(path)["protocol"]]].append(path)
    return found


def gather(samples: Iterable[str | Path], paths: Paths, study: Study) -> Evidence:
    """Read the scores of all cells into one `Evidence`; features are named ``view.encoder@treatment``."""
    merged: dict[PopulationKey, Items] = {}
    for kind, files in paths.items():
        for key, items in evidence.read(samples, files, [], study).items():
            population = merged.setdefault(key, Items(items.ids, items.clusters))
            for name, values in items.scores.items():
                population.add(f"{name}@{kind}", items.ids, values, f"results/{key[1]}")
    return Evidence(merged, study)


def lead(study: Study, dataset: str, view: str, name: str, kind: str) -> Terms:
    """Return the lead of a contrast: the mean score of its encoders minus that of the encoders it compares with."""
    sides = (study.ladder or {})["contrasts"][name]
    kinds = {WIDTH: ((1.0, ladder.FULL), (-1.0, ladder.PCA))}.get(kind, ((1.0, kind),))
    return tuple(
        (sign * weight / len(sides[side]), Cell("transfer", dataset, f"{view}.{encoder}@{treatment}"))
        for sign, side in ((1.0, "more"), (-1.0, "less"))
        for weight, treatment in kinds
        for encoder in sides[side]
    )


def record(estimate: Estimate | None, too_few: str | None, relevant: float, **about: Any) -> Record:
    """Return a contrast with its numbers in the form that `verdicts.adjust` expects."""
    found = None if estimate is None else judgements.at_least(1, [estimate])
    numbers: Record = dict.fromkeys(("value", "low", "high", "p", "error"))
    if found and estimate:
        low, high = found.interval.low, found.interval.high
        numbers = {"value": found.value, "low": low, "high": high, "p": found.p, "error": estimate.error}
    rest = {"too_few": too_few, "judgement": found, "truth": [relevant], "power": None, "p_holm": None}
    return {**about, **finite(numbers), "detectable": None, **rest}


def contrasts(found: Evidence, study: Study, kind: str) -> list[Record]:
    """Return the contrasts of one family, each with one record per dataset."""
    row, claims = study.ladder or {}, []
    for name in row["contrasts"]:
        rows = []
        for dataset, view in ladder.views(study).items():
            terms = lead(study, dataset, view, name, kind)
            cells = [cell for _, cell in terms if isinstance(cell, Cell)]
            known = all(cell in found for cell in cells)
            estimate = found.estimate(terms) if known else None
            few = found.too_few(cells) if known else None
            rows.append(record(estimate, few, row["relevant"], dataset=dataset))
        claims.append({"claim": name, "family": kind, "contrasts": rows})
    return claims


def rated(paths: Iterable[str | Path], samples: Iterable[str | Path], study: Study) -> list[Record]:
    """Return the lead in F1 of the first contrast on every class, with the number of test samples of the class."""
    row = study.ladder or {}
    sides = next(iter(row["contrasts"].values()))
    samples_of = {Path(path).parent.name: path for path in samples}
    test_split = cache(lambda dataset: labels.read(samples_of[dataset])["test"])
    found: dict[str, dict[str, np.ndarray]] = {}
    support: dict[str, dict[str, int]] = {}
    for path in paths:
        about = tables.read_metadata(path)
        dataset, encoder = about["dataset"], about["features"].split(".")[1]
        if encoder not in (*sides["more"], *sides["less"]):
            continue
        task = study.datasets[dataset].task
        predictions = prediction_files.read_predictions(path, test_split(dataset), task)
        if predictions is None:
            continue
        counts = metrics.support(predictions.truth, len(predictions.classes), task)
        support[dataset] = dict(zip(predictions.classes, counts, strict=True))
        found.setdefault(dataset, {})[encoder] = class_ratings.class_scores(predictions)
    rows = []
    for dataset, scores in found.items():
        if not {*sides["more"], *sides["less"]} <= scores.keys():
            continue
        more, less = (np.mean([scores[name] for name in sides[side]], axis=0) for side in ("more", "less"))
        for number, (name, count) in enumerate(support[dataset].items()):
            value = float(more[number] - less[number])
            rows.append({"dataset": dataset, "class": name, "support": int(count), "lead": value})
    return rows


def classes_of(rows: list[Record], ratings: Ratings, rater: str, fewest: int) -> Classes:
    """Return the rated classes with at least `fewest` test samples."""
    kept = [
        (row, rating)
        for row in rows
        if row["support"] >= fewest
        and (rating := ratings.of(rater, row["dataset"], row["class"])) is not None
    ]
    return Classes(
        [row["dataset"] for row, _ in kept],
        np.array([row["lead"] for row, _ in kept]),
        np.array([rating for _, rating in kept]),
        np.array([row["support"] for row, _ in kept]),
    )


def slopes(classes: Classes, relevant: float, kind: str, rater: str) -> list[Record]:
    """Return the slopes of the lead on the ratings as claims with one contrast each."""
    found = []
    for part, slope in class_ratings.slopes(classes).items():
        about = {"classes": len(classes), "datasets": len(set(classes.datasets)), "reason": slope.reason}
        row = record(slope.estimate, slope.reason if slope.estimate else None, relevant, **about)
        found.append({"claim": f"rating-{part}", "family": kind, "rater": rater, "contrasts": [row]})
    return found


def score(
    samples: Iterable[str | Path], predictions: Iterable[str | Path], ratings_path: str | Path, study: Study
) -> Record:
    """Return cells, contrasts and slopes with verdicts, ready to be written as JSON; `study` is `ladder.excerpt`."""
    row, samples, ratings = study.ladder or {}, list(samples), Ratings(ratings_path)
    paths = by_treatment(predictions, study)
    found = gather(samples, paths, study)
    claims: list[Record] = []
    further: list[Record] = []  # slopes on the ratings of further raters
    of_classes: dict[str, list[Record]] = {}
    main = next(iter(ratings.sources))
    for kind in (*ladder.TREATMENTS, WIDTH):
        family = contrasts(found, study, kind)
        if kind != WIDTH:
            of_classes[kind] = rated(paths[kind], samples, study)
            for rater in ratings.sources:
                known = classes_of(of_classes[kind], ratings, rater, row["fewest"])
                own = slopes(known, row["relevant"], kind, rater)
                if rater == main:
                    family += own
                else:
                    verdicts.adjust(own)
                    further += own
        verdicts.adjust(family)
        claims += family
    claims += further
    for claim in claims:
        claim["verdict"] = verdicts.of_claim([part["verdict"] for part in claim["contrasts"]])
        for part in claim["contrasts"]:
            del part["judgement"], part["truth"]
    judged = of_classes[ladder.PCA]
    for entry in judged:
        label = entry["dataset"], entry["class"]
        entry["ratings"] = {rater: ratings.of(rater, *label) for rater in ratings.sources}
    return {
        "level": LEVEL,
        "width": row["width"],
        "relevant": row["relevant"],
        "fewest": row["fewest"],
        "ratings": {"version": ratings.version, "sources": ratings.sources},
        "cells": cells(found),
        "claims": claims,
        "classes": judged,
        "sensitivity": class_ratings.sensitivity(classes_of(judged, ratings, main, row["fewest"])),
    }


def cells(found: Evidence) -> list[Record]:
    """Return the mean score of every cell with its confidence interval."""
    rows = []
    for (task, dataset), items in found.items.items():
        for name in items.scores:
            features, _, kind = name.partition("@")
            mean = found.estimate([(1.0, Cell(task, dataset, name))])
            ends = mean.interval()
            numbers = finite({"mean": mean.value, "low": ends.low, "high": ends.high})
            rows.append({"dataset": dataset, "encoder": features.split(".")[1], "treatment": kind, **numbers})
    return rows
