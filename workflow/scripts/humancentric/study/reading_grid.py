"""Define the views, cells and contrasts of the study of reading and seeing (`study.reading`).

Its views are not part of a dataset's row, so that no other stage probes, joins or shows them. `expanded` adds them.
"""

from dataclasses import replace
from typing import Any

from humancentric.core.errors import UserError
from humancentric.study.study import Dataset, MaskedView, Row, Study, View

DEFAULTS = {"view": "masked", "doses": [25, 50, 75], "seed": 0, "relevant": 0.02, "ocr": True}
FULL = 100  # percent of the text's area: the masked view itself
TEXT_ONLY, MIRRORED, OCR = "text-only", "mirrored", "ocr"
MIRROR = {"kind": "mirrored"}  # no detector: the picture is flipped
QUESTIONS = {  # by family of contrasts
    "lead": "The lead of an encoder trained on images and language over the others needs letters: its "
    "score is lower with text masked than with random boxes, and loses more by it than every other.",
    "letters": "The score of an encoder needs letters: it is lower with text masked than with random boxes.",
    MIRRORED: "The score of an encoder needs letters the right way round: it is lower on mirrored pictures.",
}
PREFIX = "reading-"  # of the names of the detectors' rows; no user's row begins with it


def datasets(study: Study) -> list[str]:
    """Return the datasets of the study: those with the masked view; none where the study is not requested."""
    if study.reading is None or not study.image_encoders:
        return []
    return [
        name
        for name in study.disjoint(study.classified)
        if study.reading["view"] in study.datasets[name].masked_views
    ]


def doses(study: Study) -> list[int]:
    """Return the doses above 0 in percent of the text's area, including the full one."""
    return [*sorted(_options(study)["doses"]), FULL]


def by_dose(study: Study, origin: str) -> dict[str, list[tuple[int, str]]]:
    """Return (dose, view) from 0 to 100 for masked text and for random boxes; `origin` is the unmasked view."""
    text = [(dose, _options(study)["view"] if dose == FULL else f"text-{dose}") for dose in doses(study)]
    random = [(dose, f"random-{dose}") for dose in doses(study)]
    return {"text": [(0, origin), *text], "random": [(0, origin), *random]}


def image_views(study: Study) -> dict[str, Row]:
    """Return ``{image view: its row}`` of the views that are made; their kinds are those of `masking.text_doses`."""
    if study.reading is None:
        return {}
    options = study.reading
    part = {"of": options["view"], "seed": options["seed"]}
    rows: dict[str, Row] = {}
    for dose in doses(study):
        if dose < FULL:
            rows[f"text-{dose}"] = {"kind": "text-area", **part, "area": dose / FULL}
            rows[f"random-{dose}"] = {"kind": "random-area", **part, "area": dose / FULL}
    rows[f"random-{FULL}"] = {"kind": "random-boxes", **part}  # the kind that claims take as baseline
    return rows | {TEXT_ONLY: {"kind": "text-only", **part, "white_text": None}, MIRRORED: MIRROR}


def cells(study: Study, dataset: str) -> list[str]:
    """Return the features that are probed, including those that the main study probes as well."""
    view = study.datasets[dataset].masked_views[_options(study)["view"]]
    shown = [view.of, view.name, *image_views(study)]
    found = [f"{name}.{encoder}" for name in shown for encoder in study.image_encoders]
    if _options(study)["ocr"]:
        found += [f"{OCR}.{encoder}" for encoder in study.text_encoders]
    return found


def claims(study: Study) -> dict[str, dict[str, Any]]:
    """Return the declared contrasts as rows of claims (`docs/statistics.md`), one family for each question."""
    options = _options(study)
    base = {"cells": "image", "views": [options["view"]], "baseline": "random-boxes"}
    base |= {"relevant": options["relevant"]}
    rows: dict[str, dict[str, Any]] = {"lead": {**base, "kind": "lead-lower", "own": True, "family": "lead"}}
    for encoder in study.image_encoders:
        own = {"kind": "lower", "ours": [encoder]}
        rows[f"letters-{encoder}"] = {**base, **own, "family": "letters"}
        mirrored = {"views": [MIRRORED], "baseline": "unmasked", "family": MIRRORED}
        rows[f"mirrored-{encoder}"] = {**base, **own, **mirrored}
    return {name: {**row, "sentence": QUESTIONS[row["family"]]} for name, row in rows.items()}


def expanded(study: Study) -> Study:
    """Return the study in which the views are views of its datasets, and its claims are the declared contrasts."""
    if study.reading is None:
        return study
    rows = image_views(study)
    chosen = {name: _with_views(study.datasets[name], rows, study.reading) for name in datasets(study)}
    return replace(
        study,
        datasets={**study.datasets, **chosen},
        detectors={**study.detectors, **{PREFIX + view: row for view, row in rows.items()}},
        claims=claims(study),
        trained=tuple(chosen),
        controls={},
        fewshot_only=(),
    )


def _with_views(row: Dataset, rows: dict[str, Row], options: Row) -> Dataset:
    of = row.masked_views[options["view"]].of
    # They come first, so that they are the baseline of contrasts even if the row has random boxes of its own.
    made: dict[str, View] = {name: MaskedView(name, "image", of=of, detector=PREFIX + name) for name in rows}
    if options["ocr"]:
        made[OCR] = View(OCR, "text", OCR)
    return replace(row, views={**made, **row.views})


def _options(study: Study) -> Row:
    assert study.reading is not None  # called only for a study with `reading`
    return study.reading


def check(study: Study) -> None:
    """Raise `UserError` if no dataset has the masked view, or one has a view of a name that is made."""
    if study.reading is None:
        return
    config_path, view = "config: study.reading", study.reading["view"]
    if not datasets(study):
        raise UserError(
            f"{config_path}.view: no dataset of the study has a masked view {view!r} and image encoders; "
            "give one the view, or name another"
        )
    if study.protocols[study.chosen_protocols[0]].prompted:
        raise UserError(
            f"{config_path}: protocol {study.chosen_protocols[0]!r} needs class names in the space of every encoder; "
            "put another one first in study.protocols"
        )
    for name in datasets(study):
        taken = {*image_views(study), *([OCR] if study.reading["ocr"] else [])} & {
            *study.datasets[name].views
        }
        for other in sorted(taken):
            raise UserError(
                f"config: datasets.{name}.views.{other}: study.reading makes a view of that name; rename yours"
            )
