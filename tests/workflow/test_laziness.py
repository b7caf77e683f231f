"""What runs again after a change: jobs from the engine's own plan, never a wall clock."""

import pytest

from changes import CHANGES, Change
from running import plan


def test_a_finished_study_has_nothing_to_do(copied):
    assert plan(copied) == {}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_change_runs_what_is_behind_it_and_no_more(copied, change: Change):
    wanted = {name: number for name, number in change.jobs.items() if number}
    if not (copied / "results" / "paper.pdf").exists():  # no TeX engine
        wanted.pop("paper_pdf", None)
    with change.edit(copied):
        assert plan(copied, *change.args) == wanted
