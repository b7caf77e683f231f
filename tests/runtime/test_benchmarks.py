"""The benchmarks run at a small size; their results are not checked."""

import subprocess
import sys

import pytest

from project import ROOT

PATH = ":".join(str(ROOT / folder) for folder in ("workflow/scripts", "tests/support"))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("fewshot.py", "--share", "0.01", "--rounds", "1", "--repeats", "2"), "book-covers"),
        (
            ("probe.py", "--fraction", "0.001", "--widths", "8", "--seeds", "1", "--epochs", "1"),
            "the paper's 90 cells",
        ),
        (("report.py", "--items", "60", "--seeds", "2", "--resamples", "20"), "87 of 87 contrasts"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_benchmark_runs_to_its_end(command, expected):
    run = subprocess.run(
        [sys.executable, str(ROOT / "bench" / command[0]), *command[1:]],
        env={"PYTHONPATH": PATH, "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert expected in run.stdout
