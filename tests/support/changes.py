"""Changes to a finished default study and the jobs that each must cause.

`PYTHONPATH=workflow/scripts python tests/support/changes.py > docs/laziness.md` writes the documentation page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import jobs_behind as behind
from edits import LIBRARY, OVERLAY, Edit, appended, cloned, overlaid, replaced, touched
from project import ROOT, load_config, merge
from studies import study_of


@dataclass(frozen=True)
class Change:
    """A change to the finished default study, the jobs that follow, and the arguments for Snakemake."""

    name: str
    edit: Edit
    jobs: behind.Jobs
    args: Sequence[str] = ()


def merged(**overlay: object) -> dict:
    """Return the default study's config merged with an overlay, as Snakemake merges them."""
    return merge(load_config(), overlay)


CONFIG = load_config()
CHOSEN, STUDY = CONFIG["study"], study_of(CONFIG)
COVERS = CONFIG["datasets"]["demo-covers"]
MAIN = "config/config.yaml"
ARGS = ("--configfile", OVERLAY)
CODE = "\nUNUSED = 1\n"
NEW = {"modality": "image", "kind": "random", "width": 64, "seed": 7}
MODULES = [path.relative_to(ROOT) for path in (ROOT / LIBRARY).rglob("*.py")]

WITH_ENCODER = {
    "encoders": {"new": NEW},
    "study": {"image_encoders": [*CHOSEN["image_encoders"], "new"]},
}
WITH_DATASET = {"datasets": {"new": COVERS}, "study": {"datasets": [*CHOSEN["datasets"], "new"]}}
WITHOUT_ENCODER = {"study": {"image_encoders": CHOSEN["image_encoders"][1:]}}
SHARDS = {"datasets": {"demo-covers": {"shards": 3}}}
RATE = {"protocols": {CHOSEN["protocols"][0]: {"optimiser": {"learning_rate": 2.0e-3}}}}

CHANGES = [
    Change("every source touched, as by a switch of branches", touched, {}),
    Change("a comment in every module", appended("\n# a remark\n", *MODULES), {}),
    Change("a docstring", replaced(LIBRARY / "masking/image_masking.py", '"""', '"""Newly worded. '), {}),
    Change("documentation", appended("\nMore words.\n", "README.md", "CONTRIBUTING.md"), {}),
    Change("how a job logs", appended(CODE, LIBRARY / "core/logs.py"), {}),
    Change(
        "a kind of probe or of source that the study does not use",
        appended(CODE, LIBRARY / "probing/kinds/knn.py", LIBRARY / "sources/kinds/cub.py"),
        {},
    ),
    Change("a display name", replaced(MAIN, "minilm: MiniLM", "minilm: Mini LM"), behind.named(STUDY)),
    Change(
        "a claim's margin", replaced("config/claims.yaml", "margin: 0.005", "margin: 0.01"), behind.REPORTING
    ),
    Change(
        "more draws for the claims",
        overlaid(study={"claims": {"resamples": 500}}),
        behind.of_resamples(STUDY),
        ARGS,
    ),
    Change("an image encoder taken out", overlaid(**WITHOUT_ENCODER), behind.of_removed_encoder(STUDY), ARGS),
    Change("a head's learning rate", overlaid(**RATE), behind.of_all_heads(STUDY), ARGS),
    Change("one more seed", replaced(MAIN, "seeds: 5", "seeds: 6"), behind.of_all_heads(STUDY)),
    Change("few-shot's code", appended(CODE, LIBRARY / "probing/fewshot.py"), behind.of_fewshot(STUDY)),
    Change(
        "the code of one kind of encoder",
        appended(CODE, LIBRARY / "embedding/encoders/timm.py"),
        behind.of_encoder(STUDY, "efficientnet-lite0"),
    ),
    Change(
        "one new image encoder",
        overlaid(**WITH_ENCODER),
        behind.of_encoder(study_of(merged(**WITH_ENCODER)), "new"),
        ARGS,
    ),
    Change(
        "a detector's threshold",
        replaced("config/detectors.yaml", "confidence: 0.5", "confidence: 0.6"),
        behind.of_masks(STUDY),
    ),
    Change(
        "one new dataset",
        overlaid(**WITH_DATASET),
        {"read_listing": 1, **behind.of_pictures(study_of(merged(**WITH_DATASET)), "new")},
        ARGS,
    ),
    Change(
        "other shards",
        overlaid(**SHARDS),
        behind.of_pictures(study_of(merged(**SHARDS)), "demo-covers"),
        ARGS,
    ),
    Change(
        "one more release year of a control",
        replaced("config/datasets.yaml", "2021-01-06, to: 2024-12-31", "2021-01-06, to: 2025-12-31"),
        behind.of_one_year(STUDY, "demo-movies-recent"),
    ),
    Change(
        "contamination asked for, as by `config/studies/contamination.yaml`",
        overlaid(study={"contamination": {"window": 24, "relevant": 0.05}}),
        behind.of_contamination(study_of(merged(study={"contamination": {}}))),
        ARGS,
    ),
    Change(
        "reading or seeing asked for, as by `config/studies/reading-vs-seeing.yaml`",
        overlaid(study={"reading": {}}),
        behind.of_reading(study_of(merged(study={"reading": {}}))),
        ARGS,
    ),
    Change(
        "a ladder of encoders asked for, as by `config/studies/confound-ladder.yaml`",
        overlaid(study={"ladder": {}}),
        {"transfer": 24, "ladder": 1, **behind.WITHOUT_CLAIMS},
        ARGS,
    ),
    Change(
        "probes in all ways asked for, as by `config/studies/probe-fairness.yaml`",
        overlaid(study={"specifications": {"probes": ["gda", "knn"]}}),
        {"specifications": 16, "specification_verdicts": 1, **behind.WITHOUT_CLAIMS},
        ARGS,
    ),
    Change(
        "the end of an encoder's training data",
        replaced("config/encoders.yaml", "date: 2021-08-31", "date: 2021-07-31"),
        {"report": 1},
    ),
    Change("a clone that is given the results, time stamps kept", cloned, behind.of_a_clone(STUDY)),
]

# The same study with its jobs run in conda environments.
IN_CONDA = ("--sdm", "conda")
CHANGES_IN_CONDA = [
    Change("every source touched", touched, {}, IN_CONDA),
    Change("a comment in every module", appended("\n# a remark\n", *MODULES), {}, IN_CONDA),
    Change(
        "a package of `envs/masking.yaml` upgraded",
        replaced("envs/masking.yaml", "onnxruntime==1.31.1", "onnxruntime==1.32.0"),
        behind.of_masks(STUDY),
        IN_CONDA,
    ),
    Change(
        "a package of `envs/probes.yaml` upgraded",
        replaced("envs/probes.yaml", "scikit-learn==1.9.1", "scikit-learn==1.9.2"),
        behind.of_probes(STUDY),
        IN_CONDA,
    ),
]

HEAD = """# What runs again

The table shows which jobs Snakemake plans after one change to the finished default study, with TeX installed.
`tests/finished_study/test_laziness.py` makes every change and compares; `tests/support/changes.py` prints this page.

| change | jobs | rules |
| --- | ---: | --- |
"""
CONDA = """| *with `--sdm conda`:* | | |
"""
FOOT = """
- A new version of a package causes reruns only with `--sdm conda`, because `envs/*.yaml` are compared.
  A change of TMDb's URL never causes any. The tests use a stand-in for conda that downloads nothing, because no channel
  was reachable.
- Conda environments belong to a folder. Results of a run without conda, or of a project that was moved, are therefore
  made again, unless `--conda-prefix` names a fixed folder. `snakemake --touch --sdm conda` accepts them as they are.
- Results copied without Snakemake's records (`.snakemake/metadata`) count as made by the current code. Keep their
  time stamps when copying: `rsync -a`, `cp -a`.
- A killed run continues with the same command. `snakemake -n` prints the reason for every job.
"""


def row(change: Change) -> str:
    """Return the table row of a change."""
    listed = ", ".join(f"{number} {name}" for name, number in change.jobs.items() if number) or "none"
    return f"| {change.name} | {sum(change.jobs.values())} | {listed} |\n"


def page() -> str:
    """Return the documentation page."""
    return HEAD + "".join(map(row, CHANGES)) + CONDA + "".join(map(row, CHANGES_IN_CONDA)) + FOOT


if __name__ == "__main__":
    print(page(), end="")
