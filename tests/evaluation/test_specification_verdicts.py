"""Claims under all specifications: shares, ranks, the selected specification, answers, and false alarms."""

import numpy as np
import pytest

import claim_data as made
from humancentric.evaluation import specification_files
from humancentric.evaluation.claims import specification_verdicts
from probe_data import write_samples
from studies import study_of

NAMES = ("a", "b", "c", "d")


def written(folder, scores: dict, validation: dict | None = None) -> dict:
    """Return what is judged of scores by encoder and specification (specifications, items, repetitions)."""
    count = next(iter(scores.values())).shape[1]
    ids = [f"i{number:04d}" for number in range(count)]
    samples = write_samples(folder / "films" / "samples.parquet", ids, ["test"] * count, [["x"]] * count)
    paths = []
    for name, values in scores.items():
        known = (validation or {}).get(name, [0.5] * len(values))
        about = {"probe": "p", "features": "raw", "options": "fixed", "width": None, "components": 3}
        listed = [{"name": spec, "validation": v, **about} for spec, v in zip(NAMES, known, strict=False)]
        paths.append(folder / "films" / f"{name}.parquet")
        facts = {"dataset": "films", "features": f"standard.{name}", "specifications": listed}
        specification_files.write(paths[-1], ids, list(values), facts)
    config = made.configuration({"lead": {"ours": ["both"], "rivals": ["one"], "views": ["standard"]}})
    config["study"] |= {"image_encoders": ["one", "both"], "text_encoders": []}
    return specification_verdicts.score([samples], paths, study_of(config), made.REFERENCE, 0.05)


def constant(*means: float, items=100) -> np.ndarray:
    """Return scores (specifications, items, 2) with these means; the first items are right."""
    return np.stack(
        [np.repeat((np.arange(items) < mean * items)[:, None], 2, axis=1) for mean in means]
    ).astype(float)


def test_shares_ranks_and_selected_specifications_are_those_counted_by_hand(tmp_path):
    scores = {"both": constant(0.9, 0.8, 0.5, 0.3), "one": constant(0.4, 0.4, 0.5, 0.6)}
    selected = {"both": [0.1, 0.7, 0.7, 0.2], "one": [None, 0.3, 0.2, 0.9]}
    found = written(tmp_path, scores, selected)
    ((contrast,),) = (claim["contrasts"] for claim in found["claims"])
    assert contrast["leads"] == pytest.approx([0.5, 0.4, 0.0, -0.3])
    assert contrast["holds"] == 0.5  # a tie supports nothing
    assert (contrast["shown"], contrast["refuted"]) == (2, 1)
    one, both = (
        next(row for row in found["encoders"] if row["features"].endswith(n)) for n in ("one", "both")
    )
    assert (both["ranks"], one["ranks"]) == ([1, 1, 1, 2], [2, 2, 1, 1])
    assert (both["first"], one["first"]) == (0.75, 0.5)  # a tie is first twice
    assert (both["selected"], one["selected"]) == ("b", "d")
    assert contrast["value"] == pytest.approx(0.8 - 0.6)
    assert (
        contrast["answer"] == "depends on the probe"
    )  # some specification shows it, another one its opposite


@pytest.mark.parametrize(
    ("verdict", "low", "high", "shown", "refuted", "equal", "expected"),
    [
        ("reproduced", 0.6, 1.0, True, False, False, "robust"),
        ("reproduced", 0.4, 1.0, True, False, False, "inconclusive"),
        ("reproduced", 0.0, 0.4, True, False, False, "depends on the probe"),
        ("reproduced", 0.9, 1.0, True, True, False, "depends on the probe"),
        ("reversed", 0.0, 0.4, False, True, False, "reversed"),
        ("reversed", 0.6, 0.9, False, True, False, "depends on the probe"),
        ("not separable", 0.2, 0.9, False, False, True, "equal"),
        ("inconclusive", 0.2, 0.9, True, False, True, "depends on the probe"),
        ("inconclusive", 0.9, 1.0, True, False, False, "inconclusive"),
        ("not run", None, None, False, False, False, "not run"),
    ],
)
def test_the_answer_follows_from_the_selected_verdict_and_all_specifications(
    verdict, low, high, shown, refuted, equal, expected
):
    contrast = {"verdict": verdict, "too_few": None, "holds_low": low, "holds_high": high}
    assert specification_verdicts.answer(contrast, shown, refuted, equal) == expected
    if verdict != "not run":
        too_few = contrast | {"verdict": "inconclusive", "too_few": "5 items"}
        assert specification_verdicts.answer(too_few, shown, refuted, equal) == "inconclusive"


def simulated(rng: np.random.Generator, lead: float, items=150) -> dict[str, np.ndarray]:
    """Return scores of two encoders under four specifications that agree on most items."""
    found = {}
    hard = rng.random(items) * 0.4
    for name, shift in (("both", lead), ("one", 0.0)):
        base = rng.random(items) < 0.3 + hard + shift
        found[name] = (base[None, :, None] ^ (rng.random((4, items, 2)) < 0.08)).astype(float)
    return found


def test_equal_encoders_are_seldom_told_apart_and_a_lead_is_found(tmp_path):
    said: dict[float, list[str]] = {0.0: [], 0.3: []}
    for lead, runs in ((0.0, 120), (0.3, 20)):
        for run in range(runs):
            found = written(tmp_path, simulated(np.random.default_rng([23, run]), lead))
            said[lead].append(found["claims"][0]["contrasts"][0]["answer"])
    false = sum(word not in ("inconclusive", "equal") for word in said[0.0])
    assert false <= 12  # 5 % of 120 are 6; more than 12 have a probability of .01
    assert said[0.3].count("robust") >= 15


def test_a_cell_that_was_not_fitted_leaves_the_contrast_open(tmp_path):
    found = written(tmp_path, {"both": constant(0.9, 0.8)})
    assert [one["answer"] for one in found["claims"][0]["contrasts"]] == ["not run"]
