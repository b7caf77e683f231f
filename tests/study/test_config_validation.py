"""What the checks of a config accept, and that every section has a closed schema."""

import copy
import unicodedata
from pathlib import Path

import pytest
from changed_configs import OWN, SCHEMAS, changed

from humancentric.core.errors import UserError
from humancentric.study.settings import min_match
from humancentric.study.study import NAME
from humancentric.study.validation import SECTIONS, plain, validate


@pytest.mark.parametrize("path", ["study/name", "datasets/films\n"])
def test_a_line_feed_after_a_name_is_an_error(config, path):
    value = "films\n" if path == "study/name" else copy.deepcopy(config["datasets"]["plotster"])
    with pytest.raises(UserError, match=r"films\\n"):
        validate(changed(config, path, value), SCHEMAS)


def test_a_part_of_zero_shot_needs_zero_shot(config):
    config["study"] |= {"zeroshot": [], "zeroshot_first": 5}
    with pytest.raises(UserError, match="no encoder is in study"):
        validate(config, SCHEMAS)


def test_the_share_that_must_match_has_a_default(config):
    assert min_match(config) == 0.1
    own = changed(config, "study/min_match", 0.02)
    validate(own, SCHEMAS)
    assert min_match(own) == 0.02


def test_both_studies_are_valid(config, paper_config):
    validate(config, SCHEMAS)
    validate(paper_config, SCHEMAS)


def test_a_template_set_that_a_dataset_of_the_study_lacks_is_told(config):
    config = changed(config, "study/protocols", ["paper", "tip"])
    validate(config, SCHEMAS)
    config["protocols"]["tip"]["prompts"] = "ensmble"
    with pytest.raises(
        UserError, match=r"protocols\.tip\.prompts: 'ensmble' is not a template set of dataset 'demo-"
    ):
        validate(config, SCHEMAS)


def test_every_section_has_a_closed_schema_and_every_property_a_description():
    import yaml

    def walk(schema: object, path: str) -> None:
        if not isinstance(schema, dict):
            return
        for name, prop in schema.get("properties", {}).items():
            assert not isinstance(prop, dict) or {"description", "$ref", "const"} & set(prop), (
                f"{path}.{name}"
            )
        for key, value in schema.items():
            for item in value if isinstance(value, list) else [value]:
                walk(item, f"{path}.{key}")

    for section in SECTIONS:
        schema = yaml.safe_load(Path(SCHEMAS / f"{section}.schema.yaml").read_text())
        walk({k: v for k, v in schema.items() if k != "properties"}, section)
        rows = schema["additionalProperties"]
        closed = rows is False or rows.get("additionalProperties", rows.get("unevaluatedProperties")) is False
        assert closed, section


def test_names_have_one_pattern_everywhere():
    for section in ("datasets", "encoders", "detectors", "protocols", "prompts"):
        text = (SCHEMAS / f"{section}.schema.yaml").read_text()
        assert f'propertyNames: {{pattern: "^{NAME}$"}}' in text


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        (
            "datasets/plotster/source/original_language",
            False,
            "original_language is False, which is not text; put it",
        ),
        (
            "datasets/plotster/source/original_language",
            ["fr", False],
            "is False, which is not text; put it in quotes",
        ),
        (
            "datasets/plotster/views/title/column",
            1984,
            "views.title.column is 1984, which is not text; put it in quo",
        ),
        (
            "datasets/plotster/task",
            True,
            "datasets.plotster.task is True, which is not text; put it in quotes",
        ),
        (
            "prompts/default/words",
            {False: "a man", True: "x"},
            "prompts.default.words has the key False, which is no",
        ),
        (
            "labels/classes",
            {1984: "x"},
            "labels.classes has the key 1984, which is not text; put it in quotes",
        ),
        ("study/seeds", "5", "study.seeds is '5'; "),
    ],
)
def test_values_and_keys_that_yaml_reads_as_no_text(config, path, value, error):
    with pytest.raises(UserError) as raised:
        validate(changed(config, path, value), SCHEMAS)
    assert error in str(raised.value)
    assert ("put it in quotes" in str(raised.value)) is ("which is no" in error)


def test_keys_in_another_normal_form_are_the_same():
    apart = unicodedata.normalize("NFD", "café")
    assert plain({"words": {apart: apart}, "list": [{apart: 1}]}) == {
        "words": {"café": apart},
        "list": [{"café": 1}],
    }


def test_splits_may_have_the_names_of_the_data(config):
    row = {
        "source": {
            "kind": "table",
            "path": {"train": "a.csv", "validation_matched": "b.csv"},
            "id": "i",
            "labels": "l",
        },
        "task": "single-label",
        "human_centric": True,
        "views": {"detail": {"modality": "text"}, "split": {"modality": "text"}},
        "splits": ["validation_matched", "Prüfung 2"],
        "shards": 1,
    }
    study = validate(changed(config, "datasets/mine", row), SCHEMAS)
    assert study.datasets["mine"].extra_splits == ("validation-matched", "prufung-2")
    assert study.datasets["mine"].text_columns == {"detail": "detail", "split": "text:split"}
    row["source"] = OWN
    for names, error in [
        (["dev a", "dev_a"], "both 'dev-a'"),
        (["Test"], "names test, which every dataset has"),
    ]:
        with pytest.raises(UserError, match=error):
            validate(changed(config, "datasets/mine", row | {"splits": names}), SCHEMAS)


def test_labels_are_merged_where_samples_may_have_several(config):
    row = {
        "source": OWN | {"repeated": "merge-labels"},
        "task": "single-label",
        "human_centric": True,
        "views": {"title": {"modality": "text"}},
        "shards": 1,
    }
    with pytest.raises(UserError, match=r"source.repeated is 'merge-labels' for one label per sample"):
        validate(changed(config, "datasets/mine", row), SCHEMAS)
    study = validate(changed(config, "datasets/mine", row | {"task": "multi-label"}), SCHEMAS)
    assert study.datasets["mine"].source["repeated"] == "merge-labels"
