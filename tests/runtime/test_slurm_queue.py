"""Jobs in a queue that answers what the test says: a stand-in for SLURM's commands."""

import stat
from pathlib import Path

import pytest

from humancentric.core.errors import UserError
from humancentric.runtime import slurm

MINE = Path("/data/mine")
LISTED = """\
101|humancentric_0d1|/data/mine
102|humancentric_0d1|/data/other
103|somebody_else|/data/mine
104|humancentric-2_0d1|/data/mine
105_3|humancentric_77a|/data/mine
"""


@pytest.fixture
def commands(tmp_path, monkeypatch) -> Path:
    """Return an empty folder of commands, which alone is on the path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def stand_in(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_only_jobs_of_this_folder_and_of_this_prefix_are_a_runs_own():
    own = slurm.of_folder(slurm.parse(LISTED), "humancentric", MINE)
    assert [job.id for job in own] == ["101", "105_3"]


def test_all_own_jobs_are_cancelled_and_waited_for(commands):
    # The queue still lists them, ending, at the first question after scancel.
    asked = commands / "asked"
    ended = f'[ -e {commands}/cancelled ] && [ "$(/usr/bin/wc -l < {asked})" -gt 2 ]'
    stand_in(commands, "squeue", f"echo >> {asked}; {ended} || /bin/cat <<'END'\n{LISTED}END")
    stand_in(commands, "scancel", f'echo "$@" > {commands}/cancelled')
    assert slurm.cancel("humancentric", MINE, pause=0.01) == 2
    assert (commands / "cancelled").read_text().split() == ["101", "105_3"]
    assert len(asked.read_text().splitlines()) == 3


def test_nothing_is_cancelled_where_nothing_is_left(commands):
    stand_in(commands, "squeue", "true")
    assert slurm.cancel("humancentric", MINE) == 0


def test_jobs_that_do_not_end_are_told(commands):
    stand_in(commands, "squeue", f"/bin/cat <<'END'\n{LISTED}END")
    stand_in(commands, "scancel", "true")
    with pytest.raises(UserError, match="scancel: jobs 101 105_3 do not end"):
        slurm.cancel("humancentric", MINE, patience=0.02, pause=0.01)


def test_a_machine_without_slurm_is_told(commands):
    with pytest.raises(UserError, match="squeue: not found on this machine"):
        slurm.jobs()


def test_a_controller_that_is_down_is_told(commands):
    stand_in(
        commands, "squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1"
    )
    with pytest.raises(UserError, match=r"squeue: .*Unable to contact slurm controller; is the cluster's"):
        slurm.jobs()
