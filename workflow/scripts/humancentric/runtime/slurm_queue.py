"""List and cancel the jobs of this workflow in SLURM's queue."""

import getpass
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from humancentric.core.errors import UserError

FIELDS = "%i|%j|%Z"  # id, name, folder
ALIVE = "PENDING,CONFIGURING,RUNNING,SUSPENDED,COMPLETING"
PATIENCE = 30  # time limit in seconds of one SLURM command


@dataclass(frozen=True)
class Job:
    """A job that is pending, running or about to end: SLURM's id, its name, and the folder it was submitted for."""

    id: str
    name: str
    folder: Path


def ask(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a SLURM command and return the finished process.

    Raises `UserError` if the command is missing or does not answer.
    """
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except FileNotFoundError:
        remedy = "run where jobs can be submitted, or without the SLURM profile"
        raise UserError(f"{command[0]}: not found on this machine; {remedy}") from None
    except subprocess.TimeoutExpired:
        remedy = "is the cluster's controller up? `scontrol ping` tells"
        raise UserError(f"{command[0]}: no answer in {PATIENCE} s; {remedy}") from None


def parse(listed: str) -> list[Job]:
    """Parse squeue's output in the format `FIELDS` into jobs."""
    lines = [line.strip().split("|", 2) for line in listed.splitlines() if line.count("|") >= 2]
    return [Job(identity, name, Path(folder)) for identity, name, folder in lines]


def jobs() -> list[Job]:
    """Return the user's jobs that have not ended; raises `UserError` if squeue fails."""
    whose = [f"--user={getpass.getuser()}", f"--states={ALIVE}", "--array"]
    answer = ask(["squeue", *whose, "--noheader", f"--format={FIELDS}"])
    if answer.returncode:
        last = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise UserError(f"squeue: {last}; is the cluster's controller up? `scontrol ping` tells")
    return parse(answer.stdout)


def of_folder(listed: Iterable[Job], prefix: str, folder: Path) -> list[Job]:
    """Return the jobs whose name begins with `prefix` and that were submitted for `folder`.

    The prefix alone would also match jobs of the same user from another copy of the project.
    """
    return [job for job in listed if job.name.startswith(f"{prefix}_") and job.folder == folder]


def cancel(prefix: str, folder: Path, patience: float = 300, pause: float = 1) -> int:
    """Cancel the jobs of `folder`, wait until all have ended, and return their number.

    Raises `UserError` if some are left after `patience` seconds: a new run must not write the same files.
    """
    alive = found = of_folder(jobs(), prefix, folder)
    deadline = time.monotonic() + patience
    if found:
        ask(["scancel", *(job.id for job in found)])
    while alive:
        if time.monotonic() > deadline:
            ids = " ".join(job.id for job in alive)
            raise UserError(f"scancel: jobs {ids} do not end; ask for `scontrol show job`, then run again")
        time.sleep(pause)
        alive = of_folder(jobs(), prefix, folder)
    return len(found)
