"""What a job leaves when it cannot write, or when its process is ended from outside Python."""

import os
import signal
import subprocess
import sys

import pytest

from humancentric.core import files
from humancentric.core.errors import UserError
from limits import obey_modes
from project import ROOT

BUS_ERROR = """
import mmap, os
with open("map", "w+b") as file:
    file.truncate(4096)
    place = mmap.mmap(file.fileno(), 4096)
    os.truncate("map", 0)  # as where a file system in memory has no room
    place[0]
"""


def job(folder, code, **options):
    """Run `code` in `folder` after the start of a log; return the process that ended."""
    environ = {"PYTHONPATH": str(ROOT / "workflow" / "scripts"), "PATH": os.environ["PATH"]}
    begin = "from humancentric.core import logs; logs.start('logs/job.log')\n"
    return subprocess.run(
        [sys.executable, "-c", begin + code],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        **options,
    )


@pytest.mark.parametrize(
    ("code", "number", "words"),
    [
        ("import os; os.abort()", signal.SIGABRT, "Fatal Python error: Aborted"),
        (BUS_ERROR, signal.SIGBUS, "Fatal Python error: Bus error"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            signal.SIGKILL,
            "INFO started as process ",
        ),
    ],
)
def test_a_process_that_is_ended_from_outside_has_a_log(tmp_path, code, number, words):
    assert job(tmp_path, code).returncode == -number
    assert words in (tmp_path / "logs" / "job.log").read_text()


def test_an_allocation_that_fails_is_in_the_log(tmp_path):
    code = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)); bytearray(2**40)"
    assert job(tmp_path, code).returncode == 1
    assert (tmp_path / "logs" / "job.log").read_text().splitlines()[-1] == "MemoryError"


@pytest.mark.parametrize(
    ("place", "code"), [("logs", ""), ("results", "from humancentric.core import files\n")]
)
def test_a_folder_that_is_read_only_is_one_line(tmp_path, place, code):
    (tmp_path / place).mkdir(mode=0o555)
    code += "files.write_text('results/films/a.json', '')" if code else ""
    run = job(tmp_path, code, preexec_fn=obey_modes)
    assert run.returncode == 1
    (line,) = [line for line in run.stderr.splitlines() if "started" not in line]
    assert f"ERROR {place}: cannot write files here; make it a writable folder" in line


def test_a_file_in_place_of_a_folder_is_a_user_error(tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(UserError, match="results: cannot write files here"):
        files.write_text(tmp_path / "results" / "a.json", "")
