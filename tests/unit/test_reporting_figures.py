"""Figures: drawn with and without numbers, the same twice, each encoder with its own look."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reporting_scores as made
from humancentric.reporting import targets
from humancentric.reporting.figures import write_figures
from humancentric.reporting.palette import looks
from humancentric.reporting.panels import spread_apart


def one_dataset() -> dict:
    config = made.configuration()
    config["study"]["datasets"] = ["demo-movies"]
    return targets.excerpt(config)


def test_the_same_numbers_draw_the_same_files(tmp_path):
    config = one_dataset()
    scores = made.table(made.of_study(config))
    first = write_figures(scores, config, tmp_path / "a")
    assert [f"results/figures/{path.name}" for path in first] == targets.figure_files(config)
    again = write_figures(scores, config, tmp_path / "b")
    assert [path.name for path in again] == [path.name for path in first]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, again, strict=True))
    assert all(b"CreationDate" not in path.read_bytes() for path in first)


def test_a_study_that_was_not_run_is_drawn_with_empty_panels(tmp_path):
    config = targets.excerpt(made.configuration("paper"))
    assert len(write_figures(made.table([]), config, tmp_path)) == 8


def test_half_a_study_is_drawn(tmp_path):
    config = one_dataset()
    rows = [row for row in made.of_study(config) if "masked" not in row["features"] and row["shots"] != 2]
    assert len(write_figures(made.table(rows), config, tmp_path)) == 6


def test_encoders_keep_their_look():
    config = targets.excerpt(made.configuration())
    before = looks(config)
    config["encoders"]["mine"] = {"modality": "image", "family": "timm:mine"}
    after = looks(config)
    assert {name: after[name] for name in before} == before
    assert before["clip"] == before["clip-t"]  # two towers of one model
    pictures = [look for name, look in after.items() if config["encoders"][name]["modality"] == "image"]
    assert len({(look.colour, look.marker) for look in pictures}) == len(pictures)


@given(st.lists(st.floats(0, 1), max_size=8))
def test_labels_stand_apart_in_their_order(values):
    heights = spread_apart(values, 0.1)
    order = sorted(range(len(values)), key=lambda index: values[index])
    assert all(heights[b] - heights[a] >= 0.1 - 1e-9 for a, b in pairwise(order))


def test_labels_with_room_stay_where_they_are():
    assert spread_apart([0.5, 0.1, 0.9], 0.1) == pytest.approx([0.5, 0.1, 0.9])
