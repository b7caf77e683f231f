"""A study that runs on the tests' SLURM."""

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
STAGES = ("*/embeddings", "*/transfer", "*/fewshot", "scores.parquet", "tables")  # the cluster makes these
PATIENCE = 900  # seconds; a busy machine is no failure


def profile(folder: Path, **changes: dict) -> None:
    """Write profiles/test: the SLURM profile with shorter intervals, and with `changes` by key merged over it."""
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
    def told(self) -> str:
        """Return what the runs have printed."""
        return (self.folder / "told.txt").read_text()

    def start(self, command: list[str] | None = None) -> None:
        """Begin a run, its output appended to told.txt."""
        with (self.folder / "told.txt").open("ab") as told:
            line = self.cluster.inside(command or self.command, self.folder)
            self.process = subprocess.Popen(line, stdout=told, stderr=told, start_new_session=True)

    def finish(self) -> int:
        """Wait for the end of the run; return its exit status."""
        return self.process.wait(PATIENCE)

    def run(self, command: list[str] | None = None) -> int:
        """Run to the end; return the exit status."""
        self.start(command)
        return self.finish()

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait until `condition()`, as long as the run lives."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert self.process.poll() is None, self.told[-4000:]
            assert time.monotonic() < deadline, self.told[-4000:]
            time.sleep(0.1)

    def running(self, rule: str) -> list[Job]:
        """Return the jobs of a rule whose scripts have begun."""
        if not list((self.folder / "logs" / rule).rglob("*.log")):
            return []
        alive = self.cluster.jobs(ended=False)
        return [job for job in alive if f"rule_{rule}_" in job.comment and job.state == "RUNNING"]

    def start_and_hold(self, rule: str, script: str = "") -> Job:
        """Begin a run, wait for a job of a rule, hold its script lest it end before anybody looks; return it.

        The script has the name of the rule if no other is given. SLURM knows nothing of it: asked for by its own
        command, that would be a state of the job.
        """
        self.start()
        self.wait_for(lambda: self.running(rule) and self.signal("STOP", script or rule))
        return self.running(rule)[0]

    def signal(self, name: str, script: str) -> bool:
        """Send a signal to all processes of a script of this study; return whether there were any."""
        pattern = rf"{self.folder}/\.snakemake/scripts/.*\.{script}\.py"
        return subprocess.run(["pkill", "--signal", name, "--full", pattern]).returncode == 0

    def environments(self, script: str) -> list[dict[str, str]]:
        """Return the environment of each job in which a script of this study runs."""
        pattern = rf"python\S* {self.folder}/\.snakemake/scripts/.*\.{script}\.py"
        found = subprocess.run(["pgrep", "--full", pattern], capture_output=True, text=True).stdout.split()
        read = [Path(f"/proc/{process}/environ").read_text() for process in found]
        by_job = {}
        for text in read:
            variables = dict(line.split("=", 1) for line in text.split("\0") if "=" in line)
            by_job[variables["SLURM_JOB_ID"]] = variables
        return list(by_job.values())

    def jobs(self, rule: str = "") -> list[Job]:
        """Return all jobs that were submitted for this folder, those of a rule if one is given; ended ones too."""
        submitted = re.findall(r"SLURM jobid (\d+)", self.told)
        return [job for job in self.cluster.jobs() if job.id in submitted and f"rule_{rule}" in job.comment]

    def side_by_side(self) -> list[tuple[Job, Job]]:
        """Return the pairs of jobs that did the same at the same time."""
        pairs = [pair for pair in combinations(self.jobs(), 2) if pair[0].comment == pair[1].comment]
        return [(one, other) for one, other in pairs if one.begin < other.end and other.begin < one.end]

    def digests(self) -> dict[str, str]:
        """Return the checksums of all tables."""
        return digests(self.folder)
