"""What runs again after a change: jobs from the engine's own plan, never a wall clock."""

import pytest

from changes import CHANGES, Change
from running import plan


def test_a_finished_study_has_nothing_to_do(copied):
    assert plan(copied) == {}


<<<<<<< HEAD
def test_touching_every_source_runs_nothing(copied):
    for folder in ("workflow", "config", "resources", "envs", "profiles"):
        for path in (copied / folder).rglob("*"):
            path.touch()
    (copied / "Snakefile").touch()
    assert plan(copied) == {}


@pytest.mark.parametrize("module", ["masking.py", "measures/metrics.py", "schemas.py", "embedding.py"])
def test_comments_and_docstrings_run_nothing(copied, module):
    with edited(library(copied, module), '"""', '"""Newly worded. '):
        assert plan(copied) == {}
    path = library(copied, module)
    with edited(path, path.read_text(), path.read_text() + "\n# a remark\n"):
        assert plan(copied) == {}


def test_a_display_name_redraws_and_no_more(copied):
    with edited(copied / "config" / "config.yaml", "minilm: MiniLM", "minilm: Mini LM"):
        assert plan(copied) == DRAWN


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("claims.yaml", "CLIP is the best image encoder", "CLIP is the very best image encoder"),
        ("claims.yaml", "margin: 0.005", "margin: 0.01"),
        ("datasets.yaml", "cluster: source_author # covers", "# covers"),
    ],
)
def test_an_edited_claim_is_judged_again_and_redrawn(copied, name, old, new):
    path = copied / "config" / name
    text = path.read_text()
    with edited(path, text, text.replace(old, new)):
        assert plan(copied) == {"claims": 1, **DRAWN}


def test_more_draws_judge_again(copied):
    (copied / "overlay.yaml").write_text("study: {claims: {resamples: 500}}\n")
    assert plan(copied, "--configfile", "overlay.yaml") == {"claims": 1, **DRAWN}


def test_a_learning_rate_trains_heads_again(copied, config):
    trained, controls = list(cells.transfer_cells(config)), list(cells.control_cells(config))
    (main,) = config["study"]["protocols"]
    (copied / "overlay.yaml").write_text(f"protocols: {{{main}: {{optimiser: {{learning_rate: 2.0e-3}}}}}}\n")
    jobs = plan(copied, "--configfile", "overlay.yaml")
    leads = len(cells.differing_controls(config))
    judged = {"transfer": len(trained), "control": len(controls), "differences": leads}
    assert jobs == {**judged, "scores": 1, "claims": 1, **DRAWN}


def test_a_detector_s_threshold_masks_again_and_leaves_standard_views_alone(copied, config):
    with edited(copied / "config" / "detectors.yaml", "confidence: 0.5", "confidence: 0.6"):
        jobs = plan(copied)
    masked = [name for name in study.datasets(config) if "masked" in catalogue.views(config, name, "image")]
    images = config["study"]["image_encoders"]
    behind = [cell for cell in cells.transfer_cells(config) if "masked." in cell[2]]
    assert jobs["mask_images"] == sum(config["datasets"][name]["shards"] for name in masked)
    assert jobs["embed_images"] == len(masked) * len(images)
    assert jobs["transfer"] == len(behind) < len(list(cells.transfer_cells(config)))
    assert "embed_texts" not in jobs
    assert "fetch_posters" not in jobs


def test_a_new_encoder_is_embedded_and_nothing_else_is(copied, config):
    before = set(cells.transfer_cells(config))
    overlay = copied / "overlay.yaml"
    overlay.write_text("encoders: {pixels-like: {modality: image, kind: random, width: 64, seed: 7}}\n")
    names = config["study"]["image_encoders"]
    with edited(
        copied / "config" / "config.yaml",
        f"image_encoders: [{', '.join(names)}]",
        f"image_encoders: [{', '.join(names)}, pixels-like]",
    ):
        jobs = plan(copied, "--configfile", "overlay.yaml")
    config["study"]["image_encoders"].append("pixels-like")
    after = set(cells.transfer_cells(config))
    views = sum(len(catalogue.views(config, name, "image")) for name in study.datasets(config))
    assert jobs["embed_images"] == views
    assert jobs["transfer"] == len(after - before)
    assert "embed_texts" not in jobs
    assert "mask_images" not in jobs


def test_one_more_release_year_crawls_its_own_slice(copied, config):
    with edited(
        copied / "config" / "datasets.yaml",
        "released: {from: 2021-01-06, to: 2024-12-31}",
        "released: {from: 2021-01-06, to: 2025-12-31}",
    ):
        jobs = plan(copied)
    assert jobs["crawl_slice"] == 1
    assert jobs["merge_listing"] == 1
    assert "transfer" not in jobs


def test_one_more_seed_trains_cells_only(copied, config):
    with edited(copied / "config" / "config.yaml", "seeds: 5", "seeds: 6"):
        jobs = plan(copied)
    assert set(jobs) == {"transfer", "control", "differences", "scores", "claims", *DRAWN}


def test_a_library_module_runs_its_own_stage(copied):
    path = library(copied, "fewshot.py")
    with edited(path, path.read_text(), path.read_text() + "\nUNUSED = 1\n"):
        jobs = plan(copied)
    assert "fewshot" in jobs
    assert not {"transfer", "embed_images", "mask_images", "crawl_slice"} & set(jobs)


def test_logging_is_no_reason_to_run(copied):
    path = library(copied, "logs.py")
    with edited(path, path.read_text(), path.read_text() + "\nUNUSED = 1\n"):
        assert plan(copied) == {}
=======
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_change_runs_what_is_behind_it_and_no_more(copied, change: Change):
    wanted = {name: number for name, number in change.jobs.items() if number}
    if not (copied / "results" / "paper.pdf").exists():  # no TeX engine
        wanted.pop("paper_pdf", None)
    with change.edit(copied):
        assert plan(copied, *change.args) == wanted
>>>>>>> 3d248ce (test: what runs again as a table that the tests assert; the readme's rules in boxes; environments against imports)
