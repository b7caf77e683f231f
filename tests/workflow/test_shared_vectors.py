"""A study of vectors that others have made: the pictures are not needed, and nothing before the vectors runs."""

from humancentric.study import feature_sets
from running import copy_project, plan
from studies import study_of

PROBES = {"transfer", "control", "chance", "chance_of_control", "fewshot", "differences"}
ZERO_SHOT = {"embed_prompts", "time_encoder", "zeroshot"}  # needs the encoders, and no pictures of the study
AFTER = PROBES | ZERO_SHOT | {"text_lengths", "scores", "claims", "tables", "figures"}


def test_everything_after_the_vectors_runs_without_pictures(tmp_path, config):
    project = copy_project(tmp_path / "project", results=False)
    for dataset in study_of(config).dataset_names:
        files = [
            f"embeddings/{part}/{split}"
            for part in feature_sets.embedded_parts(study_of(config), dataset)
            for split in ("train", "test")
        ]
        for name in ["samples", *files]:
            path = project / "results" / dataset / f"{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    jobs = plan(project, "--workflow-profile", "profiles/vectors", "tables", "figures")
    assert set(jobs) == AFTER
    assert jobs["transfer"] == len(list(feature_sets.transfer_cells(study_of(config))))
    assert plan(project, "tables")["embed_images"] > 0  # without the profile their making is planned as well
