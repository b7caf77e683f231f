"""Translate a rule's resources into sbatch options, and ask SLURM whether any node could meet them."""

from collections.abc import Mapping
from typing import Any

from humancentric.runtime.slurm.queue import ask

# sbatch options by the names of the resources that the executor passes on.
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
# SLURM's messages, in the words that its versions share, and what the user can do.
REMEDIES = {
    "account": "this cluster wants an account: set default-resources: slurm_account {}; `sacctmgr show "
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


def wants_card(resources: Mapping[str, Any]) -> bool:
    """Return whether a job asks for a GPU."""
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
    told = ask(["sbatch", "--test-only", *chosen, "--wrap=true"])
    if told.returncode == 0:
        return None
    lines = [line.split("error: ")[-1] for line in told.stderr.splitlines() if line.strip()]
    return lines[-1].removeprefix("Batch job submission failed: ").removeprefix("allocation failure: ")


def remedy(answer: str, resources: Mapping[str, Any]) -> str:
    """Return advice for the user on SLURM's answer."""
    said = answer.lower()
    for word, advice in REMEDIES.items():
        if word in said:
            return advice.format(WHERE)
    return (NO_CARD if wants_card(resources) else NO_NODE).format(WHERE)
