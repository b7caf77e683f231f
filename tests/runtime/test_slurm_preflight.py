"""What is asked of SLURM before a run, with a stand-in for its commands."""

from pathlib import Path

import pytest
import snakemake_executor_plugin_slurm as executor

from humancentric.core.errors import UserError
from humancentric.runtime import slurm

CELL = {"runtime": 30, "mem_mb": 2000, "cpus_per_task": 1}
CARD = CELL | {"gpu": 1, "slurm_partition": "long"}
UNAVAILABLE = "allocation failure: Requested node configuration is not available"
NO_ACCOUNT = (
    "sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified"
)


class Slurm:
    """Answers every command in its place."""

    def __init__(self, queued: str = "", refused: str = "", when: str = "") -> None:
        self.queued, self.refused, self.when = queued, refused, when
        self.asked: list[list[str]] = []

    def __call__(self, command):
        self.asked.append(list(command))
        if command[0] == "squeue":
            return Answer(0, self.queued, "")
        refused = self.refused and self.when in " ".join(command)
        return Answer(int(bool(refused)), "", self.refused if refused else "sbatch: Job 5 to start at ...")


class Answer:
    def __init__(self, returncode: int, stdout: str, stderr: str) -> None:
        self.returncode, self.stdout, self.stderr = returncode, stdout, stderr


@pytest.fixture
def answering(monkeypatch):
    def begin(**answers: str) -> Slurm:
        made = Slurm(**answers)
        monkeypatch.setattr(slurm, "ask", made)
        return made

    return begin


def test_resources_become_sbatchs_options():
    resources = {
        "slurm_account": "lab",
        "slurm_partition": "gpu",
        "runtime": 60,
        "mem_mb": "<TBD>",  # known once the input is there
        "constraint": "a100",
        "gpu": 2,
        "gpu_model": "a100",
        "qos": None,
    }
    assert slurm.options(resources) == [
        "--account=lab",
        "--partition=gpu",
        "--time=60",
        "--constraint=a100",
        "--gpus=a100:2",
    ]
    assert slurm.options({"gpu": 0, "gres": "gpu:1"}) == ["--gres=gpu:1"]


def test_every_distinct_request_is_asked_once(answering):
    asked = answering().asked
    slurm.check("humancentric", Path("/x"), {"transfer": [CELL] * 90, "fewshot": [CELL], "embed": [CARD]})
    assert [command[0] for command in asked] == ["squeue", "sbatch", "sbatch"]
    assert all("--test-only" in command for command in asked[1:])


@pytest.mark.parametrize(
    ("refused", "when", "told"),
    [
        (
            UNAVAILABLE,
            "--gpus",
            r"rule embed: SLURM refuses .*--gpus=1 \(Requested node configuration is not ",
        ),
        (UNAVAILABLE, "--gpus", "no node of that partition has such a card: name another slurm_partition"),
        (UNAVAILABLE, "", "rule cell: .*no node has that much"),
        (
            NO_ACCOUNT,
            "",
            r"\(Invalid account .*\); this cluster requires an account: set default-resources: slurm_a",
        ),
        ("sbatch: error: invalid partition specified: long", "long", "rule embed: .*slurm_partition in prof"),
        ("sbatch: error: Requested time limit is invalid", "", "lower the rule's runtime"),
    ],
)
def test_a_refusal_names_rule_request_answer_and_remedy_in_one_line(answering, refused, when, told):
    answering(refused=refused, when=when)
    with pytest.raises(UserError, match=told) as caught:
        slurm.check("humancentric", Path("/x"), {"cell": [CELL], "embed": [CARD]})
    assert "\n" not in str(caught.value)


def test_jobs_of_a_killed_run_are_told_before_they_would_run_twice(answering):
    asked = answering(queued="7|humancentric_1|/x\n8|humancentric_1|/elsewhere\n").asked
    with pytest.raises(UserError, match=r"squeue: 1 jobs of a run that was killed .*\(7\).*`make resume`"):
        slurm.check("humancentric", Path("/x"), {"cell": [CELL]})
    assert len(asked) == 1


def test_the_executor_reads_the_job_age_once(monkeypatch):
    answers = iter([300, None])
    monkeypatch.setattr(executor, "get_min_job_age", lambda: next(answers))
    slurm.cache_job_age()
    assert [executor.get_min_job_age() for _ in range(3)] == [300] * 3
