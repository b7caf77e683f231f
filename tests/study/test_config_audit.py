"""What is audited follows from the config, and mistakes in it are one line."""

import pytest

from humancentric.core.errors import UserError
from humancentric.study import audit_grid
from humancentric.study.validation import validate
from project import ROOT, merge
from studies import study_of

SCHEMAS = ROOT / "workflow" / "schemas"
HALF = {"modality": "image", "of": "standard", "detector": "db-half"}


@pytest.fixture
def two(config) -> dict:
    """Return the default config with a second detector and a second masked view."""
    rows = config["detectors"]
    bare = {key: value for key, value in rows["db"].items() if key != "white_text"}
    merge(config, {"detectors": {"db-half": {**bare, "confidence": 0.8}}})
    merge(config, {"datasets": {"demo-movies": {"views": {"masked-half": HALF}}}})
    return config


def test_by_default_the_study_s_own_detectors_and_masked_views(config):
    assert audit_grid.datasets(study_of(config)) == ["demo-movies"]
    assert audit_grid.detectors(study_of(config)) == ["db"]
    assert list(audit_grid.subjects(study_of(config), "demo-movies")) == ["view.masked", "detector.db.boxes"]


def test_every_view_and_every_detector_that_no_view_is_made_by(two):
    two["audit"]["detectors"] = ["db", "db-half", "east"]
    found = audit_grid.subjects(study_of(two), "demo-movies")
    assert [(row.name, row.detector, row.white_text, row.view) for row in found.values()] == [
        ("view.masked", "db", True, "masked"),
        ("view.masked-half", "db-half", False, "masked-half"),
        ("detector.db.boxes", "db", False, None),
        ("detector.east.boxes", "east", False, None),
        ("detector.east.white-text", "east", True, None),
    ]
    assert {row.of for row in found.values()} == {"standard"}


def test_datasets_without_a_masked_view_can_be_named(config):
    config["audit"] |= {"datasets": ["demo-covers"], "detectors": ["east"]}
    validate(config, SCHEMAS)
    assert [(name, row.name) for name, row in audit_grid.all_subjects(study_of(config))] == [
        ("demo-covers", "detector.east.boxes"),
        ("demo-covers", "detector.east.white-text"),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"detectors": ["dbb"]}, "config: audit.detectors: 'dbb' is not a detector; did you mean 'db'?"),
        (
            {"datasets": ["demo-movie"]},
            "config: audit.datasets: 'demo-movie' is not a dataset; did you mean 'demo-movies'?",
        ),
        ({"picturs": 3}, "config: audit.picturs: unknown key; did you mean 'pictures'?"),
        ({"pictures": 0}, "config: audit.pictures is 0; use a number of pictures"),
        (
            {"engine": {"kind": "tesseractt"}},
            "config: audit.engine.kind is 'tesseractt'; did you mean 'tesseract'?",
        ),
        (
            {"engine": {"langage": "eng"}},
            "config: audit.engine.langage: unknown key; did you mean 'language'?",
        ),
        ({"ink": {"effects": ["glow"]}}, "config: audit.ink.effects.0 is 'glow'"),
        ({"ink": {"colours": {"red": "red"}}}, "config: audit.ink.colours.red is 'red'; use #rrggbb"),
        ({"ink": {"typefaces": ["Arial"]}}, "config: audit.ink.typefaces.0 is 'Arial'"),
        ({"ink": {"contrasts": [0]}}, "config: audit.ink.contrasts.0 is 0; use a share above 0"),
        ({"ink": {"sizes": {"large": [12]}}}, "config: audit.ink.sizes"),
    ],
)
def test_mistakes_are_one_line(config, change, message):
    merge(config["audit"], change)
    with pytest.raises(UserError) as error:
        validate(config, SCHEMAS)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_an_audit_of_nothing_is_a_mistake(config):
    config["study"] |= {"audit": True, "datasets": ["demo-tweets"], "controls": {}}
    with pytest.raises(UserError, match=r"study\.audit: no dataset of the study has a masked view"):
        validate(config, SCHEMAS)
