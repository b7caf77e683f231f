"""Masked views that take over another view's boxes: what they depend on, and every way to get it wrong."""

import copy

import pytest

from humancentric.core.errors import UserError
from humancentric.study import masked_views
from humancentric.study.validation import validate
from project import ROOT, load_config, merge
from studies import study_of

LADDER = {
    "detectors": {
        "strict": {"kind": "stored", "of": "masked", "confidence": 0.8},
        "stricter": {"kind": "stored", "of": "masked-strict", "confidence": 0.9, "white_text": None},
        "half": {"kind": "stored", "of": "masked", "share": 0.5, "seed": 0},
        "elsewhere": {"kind": "random-boxes", "of": "masked", "seed": 0},
        "drawn": {"kind": "boxes", "path": "boxes.csv", "units": "shares"},
    },
    "datasets": {
        "demo-movies": {
            "views": {
                "masked-strict": {"modality": "image", "of": "standard", "detector": "strict"},
                "masked-stricter": {"modality": "image", "of": "standard", "detector": "stricter"},
                "masked-half": {"modality": "image", "of": "standard", "detector": "half"},
                "random-boxes": {"modality": "image", "of": "standard", "detector": "elsewhere"},
                "masked-drawn": {"modality": "image", "of": "standard", "detector": "drawn"},
            }
        }
    },
}


def checked(*overlays: dict) -> dict:
    config = load_config()
    for overlay in (LADDER, *overlays):
        merge(config, copy.deepcopy(overlay))
    validate(config, ROOT / "workflow" / "schemas")
    return config


def detectors(**rows) -> dict:
    return {"detectors": rows}


def view(name: str, **row) -> dict:
    return {"datasets": {"demo-movies": {"views": {name: row}}}}


def test_several_masked_views_are_rows():
    config = checked()
    views = study_of(config).datasets["demo-movies"].masked_views
    assert list(views) == ["masked", *LADDER["datasets"]["demo-movies"]["views"]]
    sources = [masked_views.source_view(study_of(config), "demo-movies", name) for name in views]
    assert sources == [None, "masked", "masked-strict", "masked", "masked", None]
    assert study_of(config).detector_names == ["db", "strict", "stricter", "half", "elsewhere", "drawn"]


def test_a_view_depends_on_its_own_row_and_takes_over_white_text():
    config = checked()
    block = config["detectors"]["db"]["white_text"]
    rows = {
        name: masked_views.detector_row(study_of(config), "demo-movies", name)
        for name in ("masked", "masked-strict")
    }
    assert rows["masked"] == config["detectors"]["db"]
    assert rows["masked-strict"] == LADDER["detectors"]["strict"] | {"white_text": block}
    assert masked_views.detector_row(study_of(config), "demo-movies", "masked-stricter")["white_text"] is None
    assert masked_views.detector_row(study_of(config), "demo-movies", "random-boxes")["white_text"] == block
    assert "white_text" not in masked_views.detector_row(study_of(config), "demo-movies", "masked-drawn")
    config["detectors"]["db"]["url"] = "https://example.org/db.onnx"
    assert masked_views.detector_row(study_of(config), "demo-movies", "masked") == rows["masked"]


@pytest.mark.parametrize(
    ("overlay", "told"),
    [
        (
            detectors(strict={"of": "maskd"}),
            "datasets.demo-movies.views.masked-strict: detectors.strict.of is 'maskd', which is not a masked view of "
            "this dataset; did you mean 'masked'?",
        ),
        (detectors(half={"of": "standard"}), "detectors.half.of is 'standard', which is not a masked view"),
        (detectors(half={"of": "title"}), "detectors.half.of is 'title', which is not a masked view"),
        (
            detectors(half={"of": "masked-half"}),
            "views.masked-half: boxes of 'masked-half' from 'masked-half'; give one of them a detector that looks",
        ),
        (
            detectors(strict={"of": "masked-stricter"}),
            "boxes of 'masked-strict' from 'masked-stricter' from 'masked-strict'; give one",
        ),
        (
            detectors(strict={"confidence": 0.4}),
            "detectors.strict.confidence is 0.4, but view 'masked' of datasets.demo-movies keeps no box below 0.5; "
            "raise it, or lower detectors.db.confidence",
        ),
        (
            detectors(stricter={"confidence": 0.7}),
            "detectors.stricter.confidence is 0.7, but view 'masked-strict' of datasets.demo-movies keeps no box below "
            "0.8; raise it, or lower detectors.strict.confidence",
        ),
        (
            merge(view("bright", modality="image"), view("masked-half", of="bright")),
            "views.masked-half: made of 'bright', its boxes are of 'standard'; use of: standard",
        ),
        (
            detectors(half={"share": 1.5}),
            "detectors.half.share is 1.5; use the share of the texts that are masked",
        ),
        (detectors(elsewhere={"confidence": 0.9}), "detectors.elsewhere.confidence: unknown key"),
        (detectors(drawn={"units": "percent"}), "detectors.drawn.units is 'percent'; valid: pixels, shares"),
        (detectors(more={"kind": "stored"}), "detectors.more.of is missing; add it"),
        (detectors(more={"kind": "boxes"}), "detectors.more.path is missing; add it"),
        (detectors(db={"mean": [1, 2]}), "detectors.db.mean is [1, 2]; use three numbers, one each for red"),
        (detectors(db={"multiple": 40}), "detectors.db.multiple is 40; use a multiple of 32"),
        (detectors(db={"url": "https://example.org/x"}), "detectors.db.sha256 is missing; add it"),
    ],
)
def test_mistakes_are_one_line(overlay, told):
    with pytest.raises(UserError) as caught:
        checked(overlay)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_white_text_may_be_switched_off():
    checked(detectors(db={"white_text": None}))
