"""Views, cells and contrasts of the study of reading, and every way to ask for it that is refused."""

import copy

import pytest

from humancentric.core.errors import UserError
from humancentric.study import claim_grid, feature_sets, masked_views, reading_grid
from humancentric.study.validation import validate
from project import ROOT, load_config, merge
from studies import study_of


def checked(*overlays):
    config = load_config()
    for overlay in ({"study": {"reading": {"doses": [75, 25]}}}, *overlays):
        merge(config, copy.deepcopy(overlay))
    validate(config, ROOT / "workflow" / "schemas")
    return study_of(config)


def test_doses_are_sorted_and_end_in_the_masked_view():
    study = checked()
    found = reading_grid.by_dose(study, "standard")
    assert found["text"] == [(0, "standard"), (25, "text-25"), (75, "text-75"), (100, "masked")]
    assert found["random"] == [(0, "standard"), (25, "random-25"), (75, "random-75"), (100, "random-100")]


def test_cells_are_views_by_encoders_and_texts_by_text_encoders():
    study = checked()
    assert reading_grid.datasets(study) == ["demo-movies"]
    cells = reading_grid.cells(study, "demo-movies")
    assert len(cells) == (2 + 5 + 2) * 2 + 2
    assert "ocr.minilm" in cells
    assert not any("ocr" in name for name in reading_grid.cells(checked(reading(ocr=False)), "demo-movies"))


def test_views_take_the_white_text_of_the_masked_view_but_for_the_text_alone():
    wide = reading_grid.expanded(checked())
    row = masked_views.detector_row(wide, "demo-movies", "text-25")
    assert row["white_text"] == wide.detectors["db"]["white_text"]
    assert masked_views.detector_row(wide, "demo-movies", "text-only")["white_text"] is None


def test_the_main_study_does_not_change():
    config = load_config()
    plain, study = study_of(config), checked()
    for ask in (feature_sets.transfer_cells, feature_sets.control_cells):
        assert list(ask(plain)) == list(ask(study))
    assert claim_grid.excerpt(plain) == claim_grid.excerpt(study)
    assert plain.datasets == study.datasets
    assert reading_grid.datasets(plain) == []
    assert reading_grid.expanded(plain) is plain


def test_the_study_file_is_valid_and_holds_the_defaults():
    import yaml

    overlay = yaml.safe_load((ROOT / "config" / "studies" / "reading-vs-seeing.yaml").read_text())
    assert overlay == {"study": {"reading": reading_grid.DEFAULTS}}
    paper = yaml.safe_load((ROOT / "config" / "paper.yaml").read_text())
    assert reading_grid.datasets(checked(paper, overlay)) == ["book-covers", "plotster"]


def reading(**options):
    return {"study": {"reading": options}}


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        (reading(view="maskd"), "study.reading.view: no dataset of the study has a masked view 'maskd'"),
        (reading(doses=[0]), "study.reading.doses"),
        (reading(doses=[50, 50]), "study.reading.doses"),
        (reading(relevant=0), "study.reading.relevant"),
        (reading(dose=[50]), "study.reading"),
        ({"study": {"image_encoders": []}}, "and image encoders"),
        ({"study": {"protocols": ["tip"], "zeroshot": ["clip-demo"]}}, "protocol 'tip' needs class names"),
        (
            {"datasets": {"demo-movies": {"views": {"ocr": {"modality": "text"}}}}},
            "datasets.demo-movies.views.ocr: study.reading makes a view of that name; rename yours",
        ),
    ],
)
def test_mistakes_are_refused_while_planning(overlay, words):
    with pytest.raises(UserError, match=words):
        checked(overlay)
