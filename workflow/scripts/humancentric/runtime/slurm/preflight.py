"""Check, before the first SLURM job, that no job of a killed run is left and every request can be met."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from humancentric.core import files
from humancentric.core.errors import UserError
from humancentric.runtime.slurm import queue, requests

COMMAND = Path(".snakemake/slurm-command.json")  # the command line of the last run submitted from this folder


def check(prefix: str, folder: Path, wanted: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Raise `UserError` if jobs of an earlier run are left or SLURM would refuse the request of a rule.

    `wanted` holds the resources of every rule's jobs. Each distinct request is tested once.
    """
    left = queue.of_folder(queue.jobs(), prefix, folder)
    if left:
        ids = " ".join(job.id for job in left[:5]) + (" ..." if len(left) > 5 else "")
        raise UserError(
            f"squeue: {len(left)} jobs of a run that was killed are still in the queue ({ids}) and would run "
            "twice; `make resume` cancels them and continues"
        )
    asked: set[tuple[str, ...]] = set()
    for rule, jobs in wanted.items():
        for resources in jobs:
            options = requests.options(resources)
            if tuple(options) not in asked:
                asked.add(tuple(options))
                _put(rule, options, resources)


def _put(rule: str, options: list[str], resources: Mapping[str, Any]) -> None:
    """Raise `UserError` if SLURM refuses a request."""
    answer = requests.refusal(options)
    if answer is not None:
        raise UserError(
            f"rule {rule}: SLURM refuses {' '.join(options)} ({answer}); {requests.remedy(answer, resources)}"
        )


def remember_command() -> None:
    """Store the command line of this run, so that it can be resumed."""
    files.write_json(COMMAND, sys.argv[1:])
