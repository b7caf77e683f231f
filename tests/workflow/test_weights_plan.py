"""Weights of the hub are planned for those who need them, and for nobody else."""

from running import copy_project, plan


def test_the_paper_s_six_are_fetched_before_they_embed(tmp_path):
    project = copy_project(tmp_path / "project", results=False)
    assert plan(project, "fetch_weights", "--configfile", "config/paper.yaml")["fetch_encoder"] == 6
    clip = plan(project, "results/demo-covers/embeddings/standard.clip/train.parquet")
    assert (clip["fetch_encoder"], clip["embed_images"]) == (1, 1)
    packaged = plan(project, "results/demo-covers/embeddings/standard.clip-demo/train.parquet")
    assert packaged["fetch_encoder"] == 0
