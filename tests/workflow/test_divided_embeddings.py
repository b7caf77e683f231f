"""Plans of embeddings that are divided among jobs: no further job unless a study asks for it."""

import re

import pytest

from running import copy_project, dry_run, plan, planned_jobs

TARGETS = [
    f"results/demo-movies/embeddings/{part}/train.parquet"
    for part in ("standard.clip-demo", "plot.clip-demo-t")
]
RULES = ("embed_images", "embed_texts", "embed_images_range", "embed_texts_range", "join_embedding")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("divided") / "project", results=False)


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [(None, (1, 1, 0, 0, 0)), (1, (1, 1, 0, 0, 0)), (2, (0, 0, 2, 2, 2)), (1000, (0, 0, "shards", 1000, 2))],
)
def test_an_embedding_has_a_job_a_range_and_no_more_jobs_than_shards(project, config, jobs, expected):
    shards = config["datasets"]["demo-movies"]["shards"]
    study = f"study: {{embedding: {{jobs: {jobs}}}}}" if jobs else "study: {}"
    (project / "jobs.yaml").write_text(study)
    planned = plan(project, "--configfile", "jobs.yaml", "--", *TARGETS)
    assert tuple(planned[rule] for rule in RULES) == tuple(shards if n == "shards" else n for n in expected)


def test_every_embedding_of_the_paper_is_divided_and_each_range_asks_slurm_for_a_card_of_its_own(project):
    (project / "jobs.yaml").write_text("study: {embedding: {jobs: 4}}")
    common = ("--workflow-profile", "profiles/slurm", "--configfile", "config/paper.yaml")
    whole = plan(project, *common, "--", "tables")
    printed = dry_run(project, *common, "jobs.yaml", "--", "tables").stdout
    divided = planned_jobs(printed)
    images, texts = whole["embed_images"], whole["embed_texts"]
    assert images > 20
    assert texts > 10
    assert tuple(divided[rule] for rule in RULES) == (0, 0, 4 * images, 4 * texts, images + texts)
    assert divided.total() == whole.total() + 4 * (images + texts)
    jobs = re.findall(r"^rule embed_(?:images|texts)_range:\n(?:    .*\n)+", printed, re.MULTILINE)
    assert len(jobs) == 4 * (images + texts)
    assert all(re.search(r"resources:.*\bgpu=1\b", job) for job in jobs)
