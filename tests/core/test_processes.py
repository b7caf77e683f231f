"""Work in processes: in order, with its errors, and without running the script again."""

import math
import subprocess
import sys

import pytest

from humancentric.core.processes import ordered_windows
from project import ROOT

SCRIPT = """
import math
from humancentric.core.processes import ordered_windows
print("started", __file__ is not None)
windows = ([n * n for n in range(begin, begin + 5)] for begin in range(0, 50, 5))
found = ordered_windows(lambda in_processes, window: in_processes(math.isqrt, window), windows, 2)
print(sum(found, []) == list(range(50)))
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


def roots(in_processes, window):
    return in_processes(math.isqrt, window)


def test_windows_are_read_as_far_ahead_as_asked_and_errors_are_raised():
    read = []

    def windows():
        for number in range(20):
            read.append(number)
            yield [number, number if number != 10 else -1]

    found = ordered_windows(roots, windows(), 2, ahead=2)
    assert [next(found) for _ in range(3)] == [[0, 0], [1, 1], [1, 1]]
    assert len(read) <= 6
    with pytest.raises(ValueError, match="nonnegative"):
        list(found)


def test_nothing_to_do_gives_nothing():
    assert list(ordered_windows(roots, [], 2)) == []
    assert list(ordered_windows(roots, [[]], 2)) == [[]]
