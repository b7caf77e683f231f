"""How many jobs a study of any size is planned as."""

import json

import pytest

from large_study import Size, config, jobs
from running import copy_project, plan


@pytest.mark.parametrize("size", [Size(2, 4, 6, 3), Size(1, 7, 9, 12)], ids=str)
def test_a_study_has_the_jobs_of_the_formula(tmp_path, size):
    project = copy_project(tmp_path / "project", results=False)
    (project / "large.yaml").write_text(json.dumps(config(size)))
    planned = plan(project, "--configfile", "large.yaml", "--", "results/scores.parquet")
    assert planned == jobs(size)
