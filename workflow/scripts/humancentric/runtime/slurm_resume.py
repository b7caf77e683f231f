"""Resume a SLURM run whose submitting process was killed.

The jobs of the dead process continue to run, and Snakemake would submit them a second time. They are therefore
cancelled; once they have ended, the locks are removed and the same command is run again. Half-written output is not
used: every file is renamed to its final name once complete, and Snakemake reruns the jobs it had marked as started.
"""

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from humancentric.core import files
from humancentric.core.errors import UserError
from humancentric.runtime import locks, slurm

log = logging.getLogger("humancentric")


def profile_of(command: Sequence[str]) -> Path:
    """Return the file of the SLURM profile named on a Snakemake command line."""
    for flag in ("--workflow-profile", "--profile"):
        for position, word in enumerate(command):
            if word == flag and position + 1 < len(command):
                return Path(command[position + 1]) / "config.yaml"
            if word.startswith(f"{flag}="):
                return Path(word.partition("=")[2]) / "config.yaml"
    raise UserError(f"{' '.join(command)}: no profile; add --workflow-profile profiles/slurm")


def prefix_of(profile: Path) -> str:
    """Return the prefix of the job names of a profile."""
    if not profile.is_file():
        raise UserError(f"{profile}: file is missing; name the profile that the run was started with")
    prefix = (yaml.safe_load(profile.read_text()) or {}).get("slurm-jobname-prefix")
    if not prefix:
        raise UserError(f"{profile}: slurm-jobname-prefix is missing, by which jobs are found; set it")
    return prefix


def last_command() -> list[str]:
    """Return the arguments of the last run that was submitted from this folder."""
    if not slurm.COMMAND.is_file():
        raise UserError("nothing was submitted from here; give the arguments of snakemake to continue with")
    return files.read_json(slurm.COMMAND)


def main(command: list[str]) -> None:
    """Clean up after the dead run of this folder, then replace this process by Snakemake.

    `command` holds Snakemake's arguments; if it is empty, those of the last run are used.
    """
    command = command or last_command()
    prefix = prefix_of(profile_of(command))
    folder = Path.cwd()
    with locks.opened(folder / ".snakemake") as file:
        if locks.lock_alone(file) is False:
            raise UserError(f"{folder}: a run is still active here; interrupt it (Ctrl-C) or let it finish")
        log.info("jobs of the previous run cancelled: %d", slurm.cancel(prefix, folder))
        locks.clear(folder / ".snakemake")
    log.info("continuing: snakemake %s", " ".join(command))
    os.execv(sys.executable, [sys.executable, "-m", "snakemake", *command])
