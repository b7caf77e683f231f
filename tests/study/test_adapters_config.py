"""Protocols that start from class names: what they probe, and mistakes in the config, one line each."""

import pytest

from humancentric.core.errors import UserError
from humancentric.study import feature_sets
from humancentric.study.validation import validate
from project import ROOT

SCHEMAS = ROOT / "workflow" / "schemas"
NAMES = ["standardised", "zero-shot", "amu"]


def test_each_auxiliary_encoder_is_joined_with_those_that_share_a_space_with_texts(config):
    config["study"] |= {"protocols": NAMES, "chance": []}
    study = validate(config, SCHEMAS)
    assert feature_sets.probed_features(study, "demo-covers", "zero-shot") == ["standard.clip-demo"]
    assert feature_sets.probed_features(study, "demo-movies", "amu") == [
        "standard.clip-demo+standard.efficientnet-lite0", "masked.clip-demo+masked.efficientnet-lite0",
    ]  # fmt: skip
    controls = [cell for cell in feature_sets.control_cells(study) if cell[1] == "transfer.amu"]
    assert (
        "demo-movies-recent",
        "transfer.amu",
        "standard.clip-demo+standard.efficientnet-lite0",
    ) in controls
    before = study.protocols["amu"].row
    config["protocols"]["amu"]["auxiliary"] = ["efficientnet-lite0"]
    assert validate(config, SCHEMAS).protocols["amu"].row == before  # no cell is trained again


@pytest.mark.parametrize(
    ("protocols", "encoders", "auxiliary", "message"),
    [
        (
            ["zero-shot"],
            ["efficientnet-lite0"],
            "every",
            "'zero-shot' starts from class names, and no encoder of",
        ),
        (
            ["amu", "zero-shot"],
            ["efficientnet-lite0", "clip-demo"],
            "every",
            "'amu' joins two image encoders and can",
        ),
        (
            ["knn", "amu"],
            ["clip-demo"],
            "every",
            "'amu' needs an encoder beside 'clip-demo'; name a second one",
        ),
        (
            ["knn", "amu"],
            ["clip-demo", "efficientnet-lite0"],
            ["clip-demo"],
            "needs an encoder beside 'clip-demo'",
        ),
        (
            ["knn", "amu"],
            ["clip-demo"],
            ["dinov2"],
            "amu.auxiliary: 'dinov2' is not an image encoder of the study",
        ),
        (["knn", "amu"], ["clip-demo"], "all", "protocols.amu.auxiliary is 'all'; use every, or a list"),
    ],
)
def test_a_mistake_is_one_line(config, protocols, encoders, auxiliary, message):
    config["study"] |= {"protocols": protocols, "image_encoders": encoders}
    config["protocols"]["amu"]["auxiliary"] = auxiliary
    with pytest.raises(UserError, match=message) as raised:
        validate(config, SCHEMAS)
    assert "\n" not in str(raised.value)


def test_only_zero_shot_infers_the_attribute_of_a_template_set(config):
    config["datasets"]["demo-movies"]["prompts"] = "posters"
    validate(config, SCHEMAS)
    config["study"] |= {"datasets": ["demo-movies"], "protocols": ["zero-shot"]}
    config["protocols"]["zero-shot"]["prompts"] = "look"
    with pytest.raises(UserError, match="'look' of dataset 'demo-movies' has an attribute, which only study"):
        validate(config, SCHEMAS)
    config["prompts"]["posters"]["templates"]["look"] = {"drawn": ["a {label}"]}
    with pytest.raises(UserError, match="use a mapping from each value of an attribute"):
        validate(config, SCHEMAS)
    config["prompts"]["posters"]["templates"]["look"] = {"drawn": ["a film"], "dark": ["{label}"]}
    with pytest.raises(UserError, match=r"use a sentence with \{label\}"):
        validate(config, SCHEMAS)
