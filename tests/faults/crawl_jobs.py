"""Run the crawl's own scripts one after the other, as the engine would: each only where an output is missing.

The argument is JSON: ``scripts`` (their folder), ``jobs`` (a script's name and its input, output, params and
wildcards each), ``config``, ``log``, ``client`` (shorter times for the client's defaults) and ``largest_file`` in
bytes (None: any).
"""

import json
import resource
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

PARTS = ("input", "params", "wildcards")


class Output(list):
    """Outputs by place and by name, as the engine hands them over."""

    def __init__(self, named):
        super().__init__(named.values())
        vars(self).update(named)


def run(task):
    """Run what is to be done of the task."""
    for script, job in task["jobs"]:
        if all(Path(path).exists() for path in job["output"].values()):
            continue
        parts = {name: SimpleNamespace(**job.get(name, {})) for name in PARTS}
        given = {
            "output": Output(job["output"]),
            "log": [task["log"]],
            "config": task["config"],
            "resources": {},
        }
        snakemake = SimpleNamespace(**given, **parts)
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
