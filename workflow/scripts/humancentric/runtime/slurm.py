"""List and cancel this workflow's jobs in SLURM's queue, and check before a run that SLURM accepts every request.

A request is the resources of a rule's job as sbatch options.
"""

import getpass
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from humancentric.core import files
from humancentric.core.errors import UserError

FIELDS = "%i|%j|%Z"  # id, name, folder
ALIVE = "PENDING,CONFIGURING,RUNNING,SUSPENDED,COMPLETING"
PATIENCE = 30  # time limit in seconds of one SLURM command
COMMAND = Path(".snakemake/slurm-command.json")  # the command line of the last run submitted from this folder
# sbatch options by the resources that the executor passes on
OPTIONS = {
    "slurm_account": "--account={}",
    "slurm_partition": "--partition={}",
    "runtime": "--time={}",
    "mem_mb": "--mem={}",
    "mem_mb_per_cpu": "--mem-per-cpu={}",
    "cpus_per_task": "--cpus-per-task={}",
    "nodes": "--nodes={}",
    "constraint": "--constraint={}",
    "qos": "--qos={}",
    "gres": "--gres={}",
}
WHERE = "in profiles/slurm/config.yaml"
# Words that SLURM's messages share across versions -> what the user can do
REMEDIES = {
    "account": "this cluster requires an account: set default-resources: slurm_account {}; `sacctmgr show "
    "associations user=$USER format=account` lists yours",
    "partition": "set default-resources: slurm_partition {}; `sinfo --summarize` lists them",
    "time limit": "lower the rule's runtime {} or name a partition that allows it",
    "memory": "lower the rule's mem_mb {} or name a partition with larger nodes",
    "qos": "set default-resources: qos {}",
}
NO_CARD = (
    "no node of that partition has such a card: name another slurm_partition in the line of the cards {}, "
    "or make it {{gpu: 0}} to compute on CPUs"
)
NO_NODE = "no node has that much: lower the rule's resources {} or name another slurm_partition"


@dataclass(frozen=True)
class Job:
    """A job that has not ended: its SLURM id, its name, and the folder for which it was submitted."""

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
    filters = [f"--user={getpass.getuser()}", f"--states={ALIVE}", "--array"]
    answer = ask(["squeue", *filters, "--noheader", f"--format={FIELDS}"])
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


def wants_card(resources: Mapping[str, Any]) -> bool:
    """Return whether a job requests a GPU."""
    return bool(resources.get("gpu")) or "gpu" in str(resources.get("gres", ""))


def options(resources: Mapping[str, Any]) -> list[str]:
    """Return sbatch's options for the resources of a job; leave out values not known before it runs."""
    chosen = [
        form.format(resources[name])
        for name, form in OPTIONS.items()
        if resources.get(name) and (isinstance(resources[name], int) or not _is_open(resources[name]))
    ]
    if resources.get("gpu"):
        model = resources.get("gpu_model")
        chosen.append(f"--gpus={model}:{resources['gpu']}" if model else f"--gpus={resources['gpu']}")
    return chosen


def _is_open(value: object) -> bool:
    """Return whether Snakemake can evaluate the value only once the job's input exists."""
    return str(value).startswith("<")


def refusal(chosen: list[str]) -> str | None:
    """Return SLURM's reason for refusing a job with these options; None if it would accept it.

    Nothing is submitted.
    """
    answer = ask(["sbatch", "--test-only", *chosen, "--wrap=true"])
    if answer.returncode == 0:
        return None
    lines = [line.split("error: ")[-1] for line in answer.stderr.splitlines() if line.strip()]
    return lines[-1].removeprefix("Batch job submission failed: ").removeprefix("allocation failure: ")


def remedy(answer: str, resources: Mapping[str, Any]) -> str:
    """Return advice for the user on SLURM's answer."""
    message = answer.lower()
    for word, advice in REMEDIES.items():
        if word in message:
            return advice.format(WHERE)
    return (NO_CARD if wants_card(resources) else NO_NODE).format(WHERE)


def check(prefix: str, folder: Path, wanted: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Raise `UserError` if jobs of an earlier run are left or SLURM would refuse the request of a rule.

    `wanted` holds the resources of every rule's jobs. Each distinct request is tested once.
    """
    left = of_folder(jobs(), prefix, folder)
    if left:
        ids = " ".join(job.id for job in left[:5]) + (" ..." if len(left) > 5 else "")
        raise UserError(
            f"squeue: {len(left)} jobs of a run that was killed are still in the queue ({ids}) and would run "
            "twice; `make resume` cancels them and continues"
        )
    tested: set[tuple[str, ...]] = set()
    for rule, requests in wanted.items():
        for resources in requests:
            request = options(resources)
            if tuple(request) in tested:
                continue
            tested.add(tuple(request))
            answer = refusal(request)
            if answer is not None:
                raise UserError(
                    f"rule {rule}: SLURM refuses {' '.join(request)} ({answer}); {remedy(answer, resources)}"
                )


def remember_command() -> None:
    """Store the command line of this run, so that it can be resumed."""
    files.write_json(COMMAND, sys.argv[1:])


def cache_job_age() -> None:
    """Make Snakemake's SLURM executor read only once, before the first job, how long SLURM remembers ended jobs."""
    import snakemake_executor_plugin_slurm as executor

    # This replaces a function of the plugin (2.8.0), which has no setting for it. The plugin reads MinJobAge before
    # every check of its jobs. If it gets no answer because SLURM's controller is being restarted, it switches from
    # squeue to sacct; without an accounting database (snakemake-executor-plugin-slurm#38) sacct knows no job, all jobs
    # are forgotten, and the run waits for ever.
    executor.get_min_job_age = cache(executor.get_min_job_age)
    executor.get_min_job_age()
