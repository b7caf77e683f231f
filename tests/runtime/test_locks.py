import signal
import subprocess
import sys

from humancentric.runtime.locks import hold, release_stale
from project import ROOT

HOLDER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from humancentric.runtime.locks import hold
kept = hold(Path(sys.argv[2]))
print("held", flush=True)
time.sleep(60)
"""


def holder(folder):
    command = [sys.executable, "-c", HOLDER, str(ROOT / "workflow" / "scripts"), str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def test_stale_locks_go_and_a_living_runs_locks_stay(tmp_path):
    stale = tmp_path / "locks" / "0.output.lock"
    stale.parent.mkdir()
    stale.write_text("results/scores.parquet\n")
    running = holder(tmp_path)
    assert release_stale(tmp_path) is None
    assert stale.exists()
    running.send_signal(signal.SIGKILL)
    running.wait()
    alive = release_stale(tmp_path)
    assert alive is not None
    assert not stale.exists()
    assert hold(tmp_path) is None
    alive.close()
    again = hold(tmp_path)
    assert again is not None
    again.close()
