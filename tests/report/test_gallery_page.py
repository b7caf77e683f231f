"""Which galleries a study asks for, and what the page shows of them."""

import pytest
from PIL import Image

import reporting_scores as made
from humancentric.core import files
from humancentric.core.errors import UserError
from humancentric.report import sections
from humancentric.report.page.page import Sources, render
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.sections import section_files
from humancentric.study.crosschecks import crosscheck
from project import ROOT
from studies import report_study, study_of

FACTS = {
    "dataset": "demo-covers",
    "publish": False,
    "mistakes": {
        "title.minilm": [
            {
                "id": "b1",
                "truth": ["History"],
                "predicted": ["Romance"],
                "wrong": "Romance",
                "confidence": 0.9876,
            }
        ]
    },
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (True, ["demo-tweets", "demo-covers", "demo-movies"]),
        (False, []),
        (["demo-covers"], ["demo-covers"]),
        (None, []),
    ],
)
def test_a_study_says_whose_gallery_it_wants(given, expected):
    config = made.configuration()
    config["study"]["galleries"] = given
    if given is None:
        del config["study"]["galleries"]
    assert sections.requested_galleries(study_of(config)) == expected
    assert len(sections.gallery_files(study_of(config))) == 4 * (len(expected) or 3)
    assert bool(section_files(study_of(config), lambda path: False)) == bool(expected)


def test_a_gallery_of_an_unknown_dataset_is_a_mistake_and_of_another_study_s_is_none():
    config = made.configuration()
    config["study"]["galleries"] = ["demo-cover"]
    with pytest.raises(UserError, match=r"study\.galleries: 'demo-cover' is not a dataset; did you mean"):
        crosscheck(config)
    config["study"] |= {"galleries": ["demo-covers"], "datasets": ["demo-tweets"]}
    assert sections.requested_galleries(study_of(config)) == []


def test_the_page_shows_what_there_is_and_says_that_it_is_hidden(tmp_path):
    config = report_study(made.configuration())
    extras = {}
    for name in ("map.png", "errors.png", "gallery.json"):
        path = tmp_path / name
        if name.endswith("json"):
            files.write_json(path, FACTS)
        else:
            Image.new("RGB", (30, 20)).save(path)
        extras[f"results/galleries/demo-covers/{name}"] = path
    template = ROOT / "workflow" / "report" / "page.html.j2"
    page = render(ReportInputs(Scores(made.table([]))), study_of(config), template, Sources(extras=extras))
    assert "ids are shown instead" in page
    assert page.count('alt="Demo covers. ') == 2  # the picture of neighbours is not there
    assert "<td>b1</td><td>Romance</td><td>0.988</td><td>History</td>" in page
    empty = render(ReportInputs(Scores(made.table([]))), study_of(config), template, Sources())
    assert "snakemake --cores all galleries" in empty
