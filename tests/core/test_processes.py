"""Work in processes: in order, with its errors, and without running the script again."""

import math
import subprocess
import sys

import pytest

from humancentric.core.processes import ordered_process_map
from project import ROOT

SCRIPT = """
import math
from humancentric.core.processes import ordered_process_map
print("started", __file__ is not None)
print(list(ordered_process_map(math.isqrt, (n * n for n in range(50)), 2, 4)) == list(range(50)))
print("finished", __file__ is not None)
"""


def test_a_script_without_a_guard_is_not_run_again_by_its_processes(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    run = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "workflow" / "scripts")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines() == ["started True", "True", "finished True"]


def test_items_are_read_about_as_far_ahead_as_asked_and_errors_are_raised():
    read = []

    def items():
        for number in range(200):
            read.append(number)
            yield number if number != 100 else -1

    found = ordered_process_map(math.isqrt, items(), 2, 20)
    assert [next(found) for _ in range(3)] == [0, 1, 1]
    assert len(read) <= 3 * 20
    with pytest.raises(ValueError, match="nonnegative"):
        list(found)


def test_nothing_to_do_gives_nothing():
    assert list(ordered_process_map(math.isqrt, [], 2, 4)) == []
