"""Two runs beside each other: made by hand, so that every change is known."""

import csv
import struct
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from humancentric.core.errors import UserError
from humancentric.report import change_report, changes
from humancentric.report.changes import Number
from made_runs import answers, write_run

TEMPLATE = Path(__file__).parents[2] / "workflow" / "report" / "compare.html.j2"


def accuracy(features: str = "standard.clip") -> Number:
    return Number("pets", "transfer", features, "test", "paper", None, "accuracy")


def test_a_run_and_itself_are_equal(tmp_path):
    write_run(tmp_path / "a", answers(0.6))
    write_run(tmp_path / "b" / "results", answers(0.6))
    found, differing = change_report.compare(str(tmp_path / "a"), str(tmp_path / "b"))
    assert {change.state for change in found.values()} == {changes.SAME}
    assert len(found) == 2  # the clock is no number of a run
    assert differing == {}
    assert change_report.summary(found, differing) == [change_report.NOTHING]
    assert change_report.numbers(found, ("a", "b")).body == ()


def test_a_changed_number_has_a_paired_interval_over_items(tmp_path):
    better = answers(0.6)
    better[:40] = 1.0
    write_run(tmp_path / "a", answers(0.6))
    write_run(tmp_path / "b", better, learning_rate=0.01, torch="2.1")
    found, differing = change_report.compare(str(tmp_path / "a"), str(tmp_path / "b"))
    change = found[accuracy()]
    assert change.state == changes.CHANGED
    assert change.method == changes.ITEMS
    leads = (better - answers(0.6)).mean(axis=1)
    assert change.difference == pytest.approx(leads.mean())
    ends = stats.bootstrap((leads,), np.mean, method="percentile", n_resamples=4000, rng=0)
    assert (change.low, change.high) == pytest.approx(ends.confidence_interval, abs=0.006)
    assert found[accuracy()._replace(metric="nll")].state == changes.SAME
    assert differing == {
        "protocol paper.optimiser.learning_rate": (["0.001"], ["0.01"]),
        "version.torch": (["2.0"], ["2.1"]),
    }
    said = "\n".join(change_report.summary(found, differing))
    assert "2 numbers: 1 changed, 1 same" in said
    assert "protocol paper.optimiser.learning_rate: 0.001 became 0.01" in said


def test_a_change_of_every_item_has_an_exact_interval(tmp_path):
    right = np.ones((30, 3))
    write_run(tmp_path / "a", right)
    write_run(tmp_path / "b", 1 - right)
    found = changes.compare(changes.read(tmp_path / "a", "left"), changes.read(tmp_path / "b", "right"))
    change = found[accuracy()]
    # Changes lie between -1 and 1, so the upper end is where 30 of 30 have a probability of 2.5 %.
    assert (change.low, change.high) == pytest.approx((-1, 1 - 2 * 0.025 ** (1 / 30)))


def test_a_tiny_change_is_within_its_interval(tmp_path):
    other = answers(0.6)
    other[0] = 1 - other[0]
    write_run(tmp_path / "a", answers(0.6))
    write_run(tmp_path / "b", other)
    change = changes.compare(changes.read(tmp_path / "a", "left"), changes.read(tmp_path / "b", "right"))[
        accuracy()
    ]
    assert change.state == changes.WITHIN
    assert change.low <= change.difference <= change.high


def test_other_ids_are_compared_over_seeds_as_by_welch(tmp_path):
    write_run(tmp_path / "a", answers(0.6))
    write_run(tmp_path / "b", answers(0.7, 150, 1), ids=[f"t{place:03}" for place in range(150)])
    left, right = changes.read(tmp_path / "a", "left"), changes.read(tmp_path / "b", "right")
    change = changes.compare(left, right)[accuracy()]
    assert change.method == changes.SEEDS
    values = [list(run.values[accuracy()].values()) for run in (right, left)]
    expected = stats.ttest_ind(*values, equal_var=False).confidence_interval(0.95)
    assert (change.low, change.high) == pytest.approx((expected.low, expected.high))
    assert "dataset pets.ids_sha256" in changes.differing(left, right)


def test_new_and_gone_cells_are_named(tmp_path):
    row = {"dataset": "pets", "task": "zeroshot", "features": "standard.clip", "split": "test"}
    row |= {"protocol": "plain", "shots": None, "seed": None, "metric": "accuracy"}
    write_run(tmp_path / "a", answers(0.6), more=({**row, "value": 0.25},))
    write_run(tmp_path / "b", answers(0.6), features="standard.bit-m", more=({**row, "value": 0.5},))
    found, differing = change_report.compare(str(tmp_path / "a"), str(tmp_path / "b"))
    states = {number: change.state for number, change in found.items() if number.metric == "accuracy"}
    assert states == {
        accuracy("standard.bit-m"): changes.NEW,
        accuracy("standard.clip"): changes.GONE,
        Number("pets", "zeroshot", "standard.clip", "test", "plain", None, "accuracy"): changes.DIFFERS,
    }
    said = "\n".join(change_report.summary(found, differing))
    assert "new: pets standard.bit-m" in said
    assert "gone: pets standard.clip" in said
    assert "Both runs have the same recorded provenance" in said


def test_files_hold_every_number_and_a_page_that_loads_nothing(tmp_path):
    write_run(tmp_path / "a", answers(0.6))
    write_run(tmp_path / "b", answers(0.9, seed=3), torch="<2.1>")
    found, differing = change_report.compare(str(tmp_path / "a"), str(tmp_path / "b"))
    paths = change_report.write(found, differing, ("a", "b"), TEMPLATE, tmp_path / "out")
    assert [path.name for path in paths] == [
        "numbers.csv",
        "numbers.md",
        "facts.csv",
        "facts.md",
        "compare.html",
    ]
    with paths[0].open() as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == [changes.CHANGED, changes.SAME]
    assert float(rows[0]["right"]) - float(rows[0]["left"]) == pytest.approx(float(rows[0]["difference"]))
    page = paths[-1].read_text()
    assert "&lt;2.1&gt;" in page
    assert "<2.1>" not in page
    assert not {"http:", "https:", "src=", "url("} & set(page.split('"'))
    assert page.count("<table>") == 2


def test_predictions_of_another_protocol_and_damaged_ones_are_not_used(tmp_path):
    write_run(tmp_path / "a", answers(0.6))
    run = changes.read(write_run(tmp_path / "b", answers(0.9)), "right")
    assert run.predictions(accuracy()).is_file()
    assert run.predictions(accuracy()._replace(protocol="fair")) is None
    (tmp_path / "b" / "pets" / "samples.parquet").unlink()
    change = changes.compare(changes.read(tmp_path / "a", "left"), run)[accuracy()]
    assert change.method == changes.SEEDS


def test_a_folder_without_scores_is_named_with_a_remedy(tmp_path):
    with pytest.raises(UserError, match=r"compare: left=.*: no scores.parquet there; name a results folder"):
        changes.read(tmp_path, "left")


def test_heads_without_metadata_are_no_error_and_damaged_ones_are(tmp_path):
    (tmp_path / "heads").write_bytes(struct.pack("<Q", 2) + b"{}")
    assert changes.header(tmp_path / "heads") == {}
    for text in (b"", b"12345678", struct.pack("<Q", 3) + b"{}}"):
        (tmp_path / "heads").write_bytes(text)
        with pytest.raises(
            UserError, match=r"heads: not a readable file of trained heads .*; remove the file"
        ):
            changes.header(tmp_path / "heads")
