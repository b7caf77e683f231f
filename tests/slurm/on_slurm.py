"""Run a study on the SLURM cluster of the tests."""

import re
import subprocess
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import yaml
from virtual_cluster import Cluster, Job

from running import SNAKEMAKE, digests

SMALL = {
    "study": {
        "datasets": ["demo-covers"],
        "controls": {},
        "image_encoders": ["random"],
        "text_encoders": [],
        "chance": [],
        "zeroshot": [],
        "seeds": 2,
        "repeats": 2,
        "shots": {"default": [1, 2]},
    },
    "datasets": {"demo-covers": {"shards": 4}},
    "demo": {"covers": 40},
}
TARGETS = ("results/scores.parquet", "results/tables/demo-covers.md", "results/tables/fewshot.md")
STAGES = ("*/embeddings", "*/transfer", "*/fewshot", "scores.parquet", "tables")  # computed on the cluster
PATIENCE = 900  # seconds; a busy machine is no failure


def profile(folder: Path, **changes: dict) -> None:
    """Write profiles/test: the SLURM profile with shorter intervals and `changes` merged into its keys."""
    lines = yaml.safe_load((folder / "profiles/slurm/config.yaml").read_text())
    lines |= {"slurm-init-seconds-before-status-checks": 2, "max-status-checks-per-second": 0.5}
    lines |= {"latency-wait": 20, "local-cores": 1}
    for key, change in changes.items():
        lines[key] = lines[key] | change
    (folder / "profiles/test").mkdir(exist_ok=True)
    (folder / "profiles/test/config.yaml").write_text(yaml.safe_dump(lines, sort_keys=False))


class OnSlurm:
    """The project in `folder`, submitted to `cluster`."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster, self.folder = cluster, folder
        self.process: subprocess.Popen | None = None

    @property
    def command(self) -> list[str]:
        """Return the command line of the study."""
        return [*SNAKEMAKE, *TARGETS, "--configfile", "small.yaml", "--workflow-profile", "profiles/test"]

    @property
    def output(self) -> str:
        """Return the output of all runs."""
        return (self.folder / "told.txt").read_text()

    def start(self, command: list[str] | None = None) -> None:
        """Start a run; its output is appended to told.txt."""
        with (self.folder / "told.txt").open("ab") as output:
            line = self.cluster.inside(command or self.command, self.folder)
            self.process = subprocess.Popen(line, stdout=output, stderr=output, start_new_session=True)

    def finish(self) -> int:
        """Wait for the end of the run; return its exit status."""
        return self.process.wait(PATIENCE)

    def run(self, command: list[str] | None = None) -> int:
        """Run to the end; return the exit status."""
        self.start(command)
        return self.finish()

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait until `condition()` is true; fail if the run ends or PATIENCE is exceeded."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert self.process.poll() is None, self.output[-4000:]
            assert time.monotonic() < deadline, self.output[-4000:]
            time.sleep(0.1)

    def running(self, rule: str) -> list[Job]:
        """Return the running jobs of a rule, if one of its scripts has started."""
        if not list((self.folder / "logs" / rule).rglob("*.log")):
            return []
        alive = self.cluster.jobs(ended=False)
        return [job for job in alive if f"rule_{rule}_" in job.comment and job.state == "RUNNING"]

    def start_and_hold(self, rule: str, script: str = "") -> Job:
        """Start a run, wait for a job of a rule and stop its script (SIGSTOP) before it finishes; return the job.

        `script` defaults to the name of the rule. SLURM does not notice; with its own command, the job would be in the
        state SUSPENDED.
        """
        self.start()
        self.wait_for(lambda: self.running(rule) and self.signal("STOP", script or rule))
        return self.running(rule)[0]

    def signal(self, name: str, script: str) -> bool:
        """Send a signal to all processes of a script of this study; return whether there is any."""
        pattern = rf"{self.folder}/\.snakemake/scripts/.*\.{script}\.py"
        return subprocess.run(["pkill", "--signal", name, "--full", pattern]).returncode == 0

    def environments(self, script: str) -> list[dict[str, str]]:
        """Return the environment variables of each job that runs a script of this study."""
        pattern = rf"python\S* {self.folder}/\.snakemake/scripts/.*\.{script}\.py"
        found = subprocess.run(["pgrep", "--full", pattern], capture_output=True, text=True).stdout.split()
        contents = [Path(f"/proc/{process}/environ").read_text() for process in found]
        by_job = {}
        for text in contents:
            variables = dict(line.split("=", 1) for line in text.split("\0") if "=" in line)
            by_job[variables["SLURM_JOB_ID"]] = variables
        return list(by_job.values())

    def jobs(self, rule: str = "") -> list[Job]:
        """Return all jobs submitted for this folder, optionally of one rule, including those that have ended."""
        submitted = re.findall(r"SLURM jobid (\d+)", self.output)
        return [job for job in self.cluster.jobs() if job.id in submitted and f"rule_{rule}" in job.comment]

    def overlapping(self) -> list[tuple[Job, Job]]:
        """Return the pairs of jobs that ran the same rule and wildcards at the same time."""
        pairs = [pair for pair in combinations(self.jobs(), 2) if pair[0].comment == pair[1].comment]
        return [(a, b) for a, b in pairs if a.begin < b.end and b.begin < a.end]

    def digests(self) -> dict[str, str]:
        """Return the checksums of all tables."""
        return digests(self.folder)
