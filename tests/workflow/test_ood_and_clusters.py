"""Unknown samples and clusters in a study of red and blue pictures, run as a user does."""

import pytest

from extended import copy_project, run_study, study_of_pictures, write_red_and_blue
from humancentric.core import files
from running import plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("project"))
    write_red_and_blue(folder / "pictures", 32)
    return folder


def test_blue_pictures_are_known_and_red_ones_are_not(folder):
    study = study_of_pictures(clusters=True, ood={"red": {"known": "pictures", "left_out": ["red"]}})
    base = "results/pictures"
    paths = [f"{base}/ood/red/standard.pixels.json", f"{base}/clusters/standard.pixels.json"]
    run_study(folder, study, *paths)
    runs = files.read_json(folder / paths[0])["runs"]
    found = {(run["split"], run["score"]): run for run in runs}
    assert found["red", "knn"]["auroc"] == 1 == found["red", "mahalanobis"]["auroc"]
    assert (found["red", "knn"]["fpr95"], found["red", "knn"]["unknown"]) == (0, 5)
    assert found["red:halves", "knn"]["known"] == 3
    by_seed = files.read_json(folder / paths[1])["runs"][:2]
    assert {run["seed"]: (run["ami"], run["purity"]) for run in by_seed} == {0: (1, 1), 1: (1, 1)}
    assert plan(folder, "--configfile", "mine.yaml", "--", *paths) == {}
