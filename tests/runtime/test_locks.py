"""Lock files of dead runs go; those of a living run stay, whoever starts and ends beside it."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from humancentric.runtime.locks import enter, lock_alone, opened
from project import ROOT
from running import SNAKEMAKE

SCRIPTS = ROOT / "workflow" / "scripts"
HOLDER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from humancentric.runtime.locks import enter
print("starts", flush=True)
kept = enter(Path(sys.argv[2]))
print("held", flush=True)
time.sleep(60)
"""
# A plan lasts until the file "planned" is there, a run until the file "ended" is.
SNAKEFILE = """
import sys, time
from pathlib import Path
sys.path.insert(0, {scripts!r})
from humancentric.runtime import locks
alive = locks.enter(Path(".snakemake")) if workflow.is_main_process else None
while workflow.is_main_process and config.get("plans") and not Path("planned").exists():
    Path("planning").touch()
    time.sleep(0.02)

rule long:
    output: "out.txt"
    shell: "touch begun; while [ ! -e ended ]; do sleep 0.02; done; touch {{output}}"
"""


@pytest.fixture
def start(tmp_path):
    """Start processes in the test's folder, which end with the test together with their children."""
    started = []

    def popen(*command):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        started.append(subprocess.Popen(command, cwd=tmp_path, start_new_session=True, **pipes))
        return started[-1]

    yield popen
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def beginner(start, tmp_path):
    """Start processes that are about to be alive in the test's folder."""

    def begin():
        process = start(sys.executable, "-c", HOLDER, str(SCRIPTS), str(tmp_path))
        assert process.stdout.readline() == "starts\n"
        return process

    return begin


@pytest.fixture
def holder(beginner):
    """Start processes that are alive in the test's folder."""

    def begin():
        process = beginner()
        assert process.stdout.readline() == "held\n"
        return process

    return begin


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "locks" / "0.output.lock"
    path.parent.mkdir()
    path.write_text("results/scores.parquet\n")
    return path


def test_stale_locks_go_and_those_of_a_living_run_stay(tmp_path, lock, holder):
    running = holder()
    assert not lock.exists()
    lock.write_text("results/scores.parquet\n")
    enter(tmp_path).close()
    assert lock.exists()
    kill(running)
    enter(tmp_path).close()
    assert not lock.exists()


def test_a_run_that_begins_during_a_plan_keeps_its_locks_when_the_plan_ends(tmp_path, lock, holder):
    plan = holder()
    run = holder()
    lock.write_text("of the run\n")
    kill(plan)
    enter(tmp_path).close()
    assert lock.read_text() == "of the run\n"
    kill(run)
    enter(tmp_path).close()
    assert not lock.exists()


def test_who_starts_while_another_one_cleans_up_waits_and_is_alive_then(tmp_path, beginner):
    with opened(tmp_path) as cleaning:
        assert lock_alone(cleaning)
        waiting = beginner()
    assert waiting.stdout.readline() == "held\n"
    with opened(tmp_path) as file:
        assert lock_alone(file) is False


def test_without_locks_of_the_file_system_lock_files_stay(tmp_path, lock, monkeypatch):
    def refuse(file, operation):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    enter(tmp_path).close()
    assert lock.exists()


def wait_for(path, *processes):
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, [process.poll() for process in processes]
        time.sleep(0.02)


def test_of_two_runs_that_start_beside_a_plan_one_runs(tmp_path, start):
    (tmp_path / "Snakefile").write_text(SNAKEFILE.format(scripts=str(SCRIPTS)))
    command = (*SNAKEMAKE, "--cores", "1")
    plan = start(*command, "--dry-run", "--config", "plans=1")
    wait_for(tmp_path / "planning", plan)
    first = start(*command)
    wait_for(tmp_path / "begun", first)
    (tmp_path / "planned").touch()
    assert plan.wait(60) == 0
    second = start(*command)
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "LockException" in said
    (tmp_path / "ended").touch()
    assert first.wait(60) == 0
    third = start(*command)
    assert "Nothing to be done" in third.communicate(timeout=60)[0]
