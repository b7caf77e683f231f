"""Requests that no node can fulfil are rejected in one line before any job is submitted."""

import pytest
from on_slurm import profile


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        (
            {"default-resources": {"slurm_partition": "cardless"}},
            "no node of that partition has such a card",
        ),
        ({"default-resources": {"slurm_partition": "closed"}}, "set default-resources: slurm_account"),
        ({"default-resources": {"slurm_partition": "nowhere"}}, "`sinfo --summarize` lists them"),
    ],
    ids=["no card", "no account", "no partition"],
)
def test_a_request_that_cannot_be_met_is_refused_at_once(study, resources, message):
    profile(study.folder, **resources)
    before = {job.id for job in study.cluster.jobs()}
    assert study.run() == 1
    lines = [line for line in study.output.splitlines() if "SLURM refuses" in line]
    assert len(lines) == 1, study.output[-4000:]
    assert message in lines[0]
    assert "config.yaml" in lines[0]
    # SLURM may forget old jobs in the meantime, so test only that there is no new one.
    assert {job.id for job in study.cluster.jobs()} <= before
