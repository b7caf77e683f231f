"""The ladder of a study follows from its config, and mistakes in it are one line."""

from collections import Counter

import pytest
import yaml

from humancentric.core.errors import UserError
from humancentric.study import feature_sets, ladder
from humancentric.study.validation import validate
from project import ROOT, merge
from studies import study_of

SCHEMAS = ROOT / "workflow" / "schemas"
ASKED = yaml.safe_load((ROOT / "config/studies/confound-ladder.yaml").read_text())


def test_over_the_paper_it_has_six_resnets_in_nine_datasets_and_all_published_contrasts(paper_config):
    plain = study_of(paper_config)
    merge(paper_config, ASKED)
    study = validate(paper_config, SCHEMAS)
    rungs = ["rn50", "bit-m", "clip-cc12m", "clip-yfcc15m", "clip", "clip-unprojected"]
    assert list(study.ladder["encoders"]) == rungs
    assert set(study.encoder_names) - set(plain.encoder_names) == {
        "clip-cc12m",
        "clip-yfcc15m",
        "clip-unprojected",
    }
    assert list(study.ladder["contrasts"]) == ["clip", "language", "pairs", "labels", "projection"]
    cells = list(ladder.cells(study))
    datasets = [name for name in study.trained if not study.datasets[name].is_subset]  # no film counts twice
    assert Counter(dataset for dataset, _, _ in cells) == dict.fromkeys(datasets, 18)
    assert len(datasets) == 9
    assert {features.split(".")[0] for _, _, features in cells} == {"standard"}
    assert study.ladder["width"] == 1024
    assert study.protocols["fair-pca"].row["projection"] == {"kind": "pca", "width": 1024}
    # nothing else of the study changes
    assert list(feature_sets.transfer_cells(study)) == list(feature_sets.transfer_cells(plain))


def test_over_the_default_study_it_compares_the_demo_s_encoders(config):
    merge(config, ASKED)
    study = validate(config, SCHEMAS)
    assert list(study.ladder["encoders"]) == ["efficientnet-lite0", "clip-demo"]
    assert list(study.ladder["contrasts"]) == ["clip-demo"]
    assert study.ladder["width"] == 128
    assert len(list(ladder.cells(study))) == 4 * 2 * 3


def test_a_protocol_of_the_study_keeps_its_folder_and_the_defaults_compare_by_language(config):
    config["study"]["ladder"] = {"protocol": "standardised"}
    study = validate(config, SCHEMAS)
    assert ladder.folders(study) == {
        "transfer": "standardised",
        "transfer.standardised-pca": "standardised-pca",
        "transfer.standardised-random": "standardised-random",
    }
    both = {"more": ["clip-demo"], "less": ["efficientnet-lite0"]}
    assert study.ladder["contrasts"] == {"multimodal": both}


def test_datasets_of_numbers_have_no_classes_and_no_rung(config):
    config["study"]["ladder"] = {}
    config["datasets"]["demo-objects"]["task"] = "regression"
    assert list(ladder.views(study_of(config))) == ["demo-tweets", "demo-covers", "demo-movies"]


def test_without_the_key_there_is_no_ladder(config):
    study = study_of(config)
    assert study.ladder is None
    assert ladder.folders(study) == ladder.views(study) == {}
    assert list(ladder.cells(study)) == []


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"encoders": {"clpi": "", "rn50": ""}}, r"study.ladder.encoders: .*clpi.*clip"),
        ({"encoders": {"clip-t": "", "rn50": ""}}, r"study.ladder.encoders: .*clip-t"),
        ({"encoders": {"clip": ""}}, r"study.ladder.encoders is .*use a mapping"),
        ({"contrasts": {"a": {"more": ["clip"], "less": []}}}, r"ladder.contrasts.a.less is \[\]"),
        ({"contrasts": {"a": {"more": ["nil"], "less": ["clip"]}}}, r"ladder.contrasts.a: .*nil"),
        ({"contrasts": {"a": {"more": ["clip"], "less": ["clip"]}}}, r"'clip' is there twice"),
        (
            {"contrasts": {"a": {"more": ["clip"], "less": ["rn50"]}}},
            r"none has all its encoders among efficientnet-lite0, clip-demo",
        ),
        ({"protocol": "fiar"}, r"study.ladder.protocol: .*fiar.*fair"),
        ({"protocol": "tip"}, r"'tip' cannot be used at one width"),
        ({"relevant": 0}, r"study.ladder.relevant is 0; use the smallest difference"),
        ({"rungs": []}, r"study.ladder.rungs: unknown key"),
    ],
)
def test_mistakes_are_one_line(config, asked, message):
    config["study"]["ladder"] = asked
    with pytest.raises(UserError, match=message):
        validate(config, SCHEMAS)


def test_names_that_the_ladder_makes_are_refused_in_the_catalogue(config):
    config["study"]["ladder"] = {}
    config["protocols"]["fair-pca"] = config["protocols"]["fair"]
    with pytest.raises(UserError, match=r"protocols.fair-pca: the ladder makes a protocol of this name"):
        validate(config, SCHEMAS)
