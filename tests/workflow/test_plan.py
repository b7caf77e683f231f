"""What the engine plans for the two studies, and how a mistake in a config looks to the person who made it."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from humancentric.runtime.code_fingerprint import closure, read
from humancentric.study import feature_sets
from project import ROOT, load_config
from running import copy_project, dry_run, plan, planned_jobs, snakemake
from studies import study_of


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Path:
    """Return a copy of the project in which nothing was ever run."""
    return copy_project(tmp_path_factory.mktemp("fresh") / "project", results=False)


@pytest.fixture(scope="module")
def default_jobs(fresh) -> Counter[str]:
    """Return the numbers of jobs of the default study."""
    return plan(fresh)


@pytest.fixture(scope="module")
def paper_plan(fresh) -> str:
    """Return what a dry run of the paper's study prints."""
    return dry_run(fresh, "--configfile", "config/paper.yaml").stdout


def test_the_paper_s_study_has_its_90_and_15_cells(paper_plan):
    jobs = planned_jobs(paper_plan)
    assert (
        jobs["transfer"] == 90 + 6 * 3
    )  # and probes on the standard sets, for the claim `human-centric-probes`
    assert jobs["fewshot"] == 15 + 6 * 3  # on three human-centric datasets and on six standard sets
    assert jobs["control"] == 48
    assert (
        jobs["embed_images"] + jobs["embed_texts"] == 27 + 12 + 6 * 3
    )  # and those of the control films and of the standard sets
    assert jobs["crawl_slice"] == (2021 - 1880 + 1) + 2


def test_a_list_of_ids_brings_its_control_into_the_paper_s_study(fresh, paper_plan):
    missing = "is left out: its list of TMDb or IMDb ids, resources/mangolin/ids.txt, is not there"
    for name in ("plotster-mangolin", "plotster-mangolin-inside"):
        assert paper_plan.count(f"{name} {missing}") == 1
    listed = fresh / "resources" / "mangolin" / "ids.txt"
    listed.parent.mkdir()
    listed.write_text("603\n")
    try:
        jobs = plan(fresh, "--configfile", "config/paper.yaml")
    finally:
        listed.unlink()
    assert jobs["control"] == 2 * 48  # by heads of the whole
    assert jobs["transfer"] == 90 + 6 * 3 + 48  # and within the subset
    assert (jobs["resolve_ids"], jobs["subset_listing"], jobs["subset_images"]) == (2, 2, 8)
    assert "fetch_posters" in jobs


def test_the_default_study_looks_for_no_near_duplicates(fresh, default_jobs):
    assert not {"hash_images", "find_leakage", "group_samples"} & set(default_jobs)
    assert "hash_images" in plan(fresh, "leakage")


def test_the_default_study_has_all_its_cells(default_jobs, config):
    jobs = default_jobs
    assert jobs["transfer"] == len(list(feature_sets.transfer_cells(study_of(config))))
    assert jobs["control"] == len(list(feature_sets.control_cells(study_of(config))))
    assert jobs["fewshot"] == sum(
        len(feature_sets.fewshot_features(study_of(config), name))
        for name in study_of(config).fewshot_datasets
    )


def test_zero_shot_and_leads_add_light_jobs_where_a_study_asks_for_them(fresh, config):
    (fresh / "less.yaml").write_text("study: {zeroshot: [], differences: {controls: []}}\n")
    (fresh / "more.yaml").write_text("study: {zeroshot: [clip-demo, random]}\n")
    before, jobs = plan(fresh, "--configfile", "less.yaml"), plan(fresh, "--configfile", "more.yaml")
    cells = 2 * len(study_of(config).fewshot_datasets)
    asked = {"zeroshot": cells, "embed_prompts": cells, "time_encoder": 2, "differences": 1}
    assert jobs - before == asked


def test_masking_is_audited_where_it_is_asked_for(fresh, default_jobs):
    assert "masking_audit" not in default_jobs
    (fresh / "audited.yaml").write_text("study: {audit: true}\n")
    jobs = plan(fresh, "--configfile", "audited.yaml")
    # two sizes of known ink; the pictures before, in the masked view, and under boxes alone
    asked = {"audit_ink": 2, "audit_original": 1, "audit_view": 1, "audit_detector": 1, "audit_read": 3}
    asked |= {"audit_read_again": 1}
    asked |= {"audit_survival": 2, "audit_sheet": 2, "audit_summary": 1, "masking_audit": 1}
    assert {name: count for name, count in jobs.items() if "audit" in name} == asked
    # the target alone reads pictures and masks, and trains nothing
    assert not {"transfer", "embed_images", "report"} & set(plan(fresh, "masking_audit"))


def test_planning_imports_nothing_heavy(fresh):
    heavy = (
        "torch",
        "cv2",
        "timm",
        "open_clip",
        "transformers",
        "sklearn",
        "scipy.stats",
        "matplotlib",
        "polars",
        "onnxruntime",
    )
    code = (
        "import sys\nfrom snakemake.cli import main\n"
        "try:\n    main(['--dry-run', '--cores', '1', '--configfile', 'config/paper.yaml'])\n"
        "except SystemExit as end:\n    assert not end.code\n"
        f"print('HEAVY', sorted(set({heavy!r}) & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=fresh, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "HEAVY []"


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        (
            "study: {image_encoders: [clipp]}",
            "config: study.image_encoders: 'clipp' is not an encoder; did you mean 'clip'?",
        ),
        (
            "encoders: {clip: {modality: imag}}",
            "config: encoders.clip.modality is 'imag'; did you mean 'image'?",
        ),
        ("studdy: {}", "config: studdy: unknown key; did you mean 'study'?"),
    ],
)
def test_a_mistake_in_a_config_is_one_line_before_anything_runs(fresh, overlay, message):
    (fresh / "mine.yaml").write_text(overlay)
    run = dry_run(fresh, "--configfile", "mine.yaml", check=False)
    assert run.returncode != 0
    said = run.stdout
    assert message in said
    assert "Traceback" not in said


def test_overlays_replace_lists_and_merge_rows(fresh):
    (fresh / "mine.yaml").write_text(
        "study: {datasets: [demo-covers], image_encoders: [mine]}\n"
        "encoders: {mine: {modality: image, kind: random, width: 8}}\n"
    )
    run = snakemake(fresh, "show_config", "--cores", "1", "--quiet", "all", "--configfile", "mine.yaml")
    shown = yaml.safe_load(run.stdout)
    assert shown["study"]["datasets"] == ["demo-covers"]
    assert shown["study"]["image_encoders"] == ["mine"]
    assert shown["study"]["text_encoders"] == ["minilm", "clip-demo-t"]
    assert {"mine", "clip", "efficientnet-lite0"} <= set(shown["encoders"])


def test_every_rule_lists_the_code_of_its_own_script(fresh, default_jobs):  # planning records the code
    plan(fresh, "--configfile", "config/studies/reading-vs-seeing.yaml")  # its rules are only in such a study
    scripts = fresh / "workflow" / "scripts"
    library = read(scripts)
    for rules in sorted((ROOT / "workflow" / "rules").rglob("*.smk")):
        text = rules.read_text()
        for rule in text.split("\nrule ")[1:]:
            name = rule.split(":")[0]
            if "script:" not in rule:
                continue
            asked = re.search(rf'code=code_of(_crawler|_kind)?\(\s*"{name}\.py"', rule)
            assert asked, name
            assert f'"../scripts/{name}.py"' in rule, name
            assert "log:" in rule, name
            if asked[1] == "_kind":
                continue
            recorded = yaml.safe_load((fresh / ".snakemake" / "code" / f"{name}.json").read_text())
            assert recorded == closure(scripts / f"{name}.py", library=library), name


@pytest.mark.parametrize("name", ["all", "new", "report", "compare", "samples"])
def test_a_dataset_may_have_the_name_of_a_rule(fresh, name):
    row = load_config()["datasets"]["demo-covers"]
    study = {"datasets": {name: row}, "study": {"datasets": [name], "controls": {}, "galleries": []}}
    (fresh / "named.yaml").write_text(yaml.safe_dump(study))
    assert plan(fresh, "--configfile", "named.yaml")["samples"] == 1


def test_there_is_one_hook_at_the_start():
    # The engine drops all but the last.
    texts = [rules.read_text() for rules in (ROOT / "workflow" / "rules").rglob("*.smk")]
    assert sum(text.count("\nonstart:") for text in texts) == 1


@pytest.mark.parametrize("profile", ["profiles/default", "profiles/slurm", "profiles/local-gpu"])
def test_profiles_are_accepted(fresh, profile):
    dry_run(fresh, "--workflow-profile", profile)


def test_data_that_must_be_fetched_are_named(fresh):
    run = snakemake(
        fresh,
        "results/book-covers/listing.parquet",
        "--cores",
        "1",
        "--configfile",
        "config/paper.yaml",
        check=False,
    )
    assert run.returncode != 0
    assert "resources/book-covers/book30-listing-train.csv: file is missing; download Task 1" in run.stderr


def test_the_real_service_is_not_asked_before_its_terms_are_acknowledged(fresh):
    target = "results/plotster-recent/crawl/2022.parquet"
    run = snakemake(fresh, target, "--cores", "1", "--configfile", "config/paper.yaml", check=False)
    assert run.returncode != 0
    assert "terms_acknowledged" in run.stderr
    (fresh / "mine.yaml").write_text("tmdb: {terms_acknowledged: true}\n")
    files = ("--configfile", "config/paper.yaml", "mine.yaml")
    run = snakemake(fresh, target, "--cores", "1", *files, check=False)
    assert run.returncode != 0
    assert "TMDB_TOKEN" in run.stderr
