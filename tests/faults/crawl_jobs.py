"""Run the crawl's scripts one after the other, as Snakemake would; skip those whose outputs exist.

The argument is a JSON object: ``scripts`` (their folder), ``jobs`` (pairs of a script's name and its input, output,
params and wildcards), ``config``, ``log``, ``client`` (replaces default times of the HTTP client) and
``largest_file`` in bytes (None for no limit).
"""

import json
import resource
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

PARTS = ("input", "params", "wildcards")


class Output(list):
    """Outputs by position and by name, as Snakemake passes them to a script."""

    def __init__(self, named):
        super().__init__(named.values())
        vars(self).update(named)


def run(task):
    """Run all jobs of the task that lack an output."""
    for script, job in task["jobs"]:
        if all(Path(path).exists() for path in job["output"].values()):
            continue
        parts = {name: SimpleNamespace(**job.get(name, {})) for name in PARTS}
        attributes = {
            "output": Output(job["output"]),
            "log": [task["log"]],
            "config": task["config"],
            "resources": {},
        }
        snakemake = SimpleNamespace(**attributes, **parts)
        runpy.run_path(str(Path(task["scripts"]) / script), init_globals={"snakemake": snakemake})


if __name__ == "__main__":
    task = json.loads(sys.argv[1])
    sys.path.insert(0, task["scripts"])
    from humancentric.core.http_client import RateLimitedClient

    assert set(task["client"]) <= set(RateLimitedClient.__init__.__kwdefaults__)
    RateLimitedClient.__init__.__kwdefaults__.update(task["client"])
    if task["largest_file"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (task["largest_file"], resource.RLIM_INFINITY))
    run(task)
