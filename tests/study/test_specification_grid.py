"""The grid of specifications: which cells exist, and what is refused while planning."""

from pathlib import Path

import pytest
import yaml

import planted_probes as made
from humancentric.core.errors import UserError
from humancentric.study import specification_grid
from humancentric.study.defaults import completed
from humancentric.study.validation import plain, validate
from project import ROOT
from studies import study_of

FILE = ROOT / "config" / "studies" / "probe-fairness.yaml"


def study_file(*further: Path, **chosen):
    given: dict = {}
    for path in (*further, FILE):
        given |= yaml.safe_load(path.read_text())
    given["study"] = {**given["study"], "specifications": given["study"]["specifications"] | chosen}
    return validate(plain(completed(given, ROOT / "config", ROOT / "config")), ROOT / "workflow" / "schemas")


def test_the_study_file_has_the_cells_that_exist():
    study = study_file()
    found = specification_grid.specifications(study)
    assert len(found) == 44 == len({one["name"] for one in found})
    without = {(one["probe"], one["features"]) for one in found}
    assert ("neighbours", "raw") not in without
    assert len(without) == 11
    for one in found:
        tuned = one["options"] == "tuned"
        assert ("grid" in one["row"]) == tuned
        assert one["row"]["threshold"] == ("validation" if tuned else 0.5)
    assert not any("+" in features for _, features in specification_grid.cells(study))
    assert set(specification_grid.datasets(study)) == set(study.trained)


def test_without_the_key_there_is_nothing_and_a_probe_without_a_grid_is_not_tuned():
    study = study_of(made.configuration(["one"]) | {})
    config = made.configuration(["one"], probes=["plain"], widths=["full"])
    config["protocols"]["plain"] = {
        key: made.PROTOCOLS["linear"][key] for key in made.PROTOCOLS["linear"] if key != "grid"
    }
    names = [one["name"] for one in specification_grid.specifications(study_of(config))]
    assert names == [f"plain.{features}.fixed.full" for features in ("raw", "normalised", "standardised")]
    del config["study"]["specifications"]
    assert specification_grid.cells(study_of(config)) == []
    assert specification_grid.cells(study) == [
        ("films", f"{v}.{e}") for v in ("standard", "masked") for e in ("one", "both")
    ]


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (
            {"probes": ["linear-layr"]},
            "study.specifications.probes: 'linear-layr' is not a protocol; did you mean 'linear-layer'",
        ),
        ({"probes": ["tip"]}, "'tip' needs class names, which not all encoders have; take it out"),
        ({"probes": ["paper"]}, "'paper' holds no validation samples out; add protocols.paper.validation"),
        ({"probes": ["linear-layer", "fair"]}, "'fair' and 'linear-layer' hold other validation samples out"),
        ({"features": ["scaled"]}, "specifications.features.0 is 'scaled'"),
        ({"widths": [1]}, "use full or a number of at least 2"),
        (
            {"claims": ["best-pair"]},
            "'best-pair' is not about single encoders on a test split; take it out, or add pairs",
        ),
        (
            {"claims": ["fewshot-human"], "pairs": True},
            "'fewshot-human' is not about probes on a test split; take it out",
        ),
        (
            {"datasets": ["demo-objects", "cifar10"]},
            "study.specifications.datasets: 'cifar10' is not a dataset of the study",
        ),
        ({"probes": ["gda"], "options": ["tuned"]}, "no cell of the grid exists; add fixed to options"),
    ],
)
def test_nonsense_is_refused(chosen, message):
    with pytest.raises(UserError) as caught:
        study_file(**chosen)
    assert message in str(caught.value)
