"""The effective config, the wildcards, and what a job reads of its rows."""

import os
import shutil
import sys
from pathlib import Path
from uuid import uuid4

SCRIPTS = Path(workflow.basedir) / "workflow" / "scripts"
sys.path.insert(0, str(SCRIPTS))

from humancentric.closure import write_closure
from humancentric.config import origins, study
from humancentric.config.validation import plain, validate
from humancentric.errors import UserError
from humancentric.locks import release_stale
from humancentric.reporting.tex import engine
from humancentric.reporting.targets import excerpt, figure_files, table_files
from humancentric.shards import shard_names, sources_of_shard
from humancentric.sources.layouts import has_addresses, picture_place, source_files
from humancentric.weights import on_hub
from humancentric.tmdb.access import REFUSED
from humancentric.tmdb.slices import between, service, slices
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

# A run that was killed leaves its lock files; the same command must simply go on.
alive = release_stale(Path(".snakemake")) if workflow.is_main_process else None

config = plain(config)
try:
    validate(config, Path(workflow.basedir) / "workflow" / "schemas")
except UserError as error:
    raise WorkflowError(str(error)) from None

config, left_out = origins.without_absent(config, lambda path: Path(path).is_file())
for sentence in left_out if workflow.is_main_process else []:
    logger.warning(sentence)

DATASETS = config["datasets"]
TRAINED = config["study"]["datasets"]
FEWSHOT = study.fewshot_datasets(config)
CONTROLS = study.controls(config)
CRAWLED = [name for name, row in DATASETS.items() if row["source"]["kind"] == "tmdb"]
SUBSETS = [name for name in DATASETS if origins.is_subset(config, name)]
READ = [name for name in DATASETS if name not in [*CRAWLED, *SUBSETS]]
COMPARED = [name for name, row in DATASETS.items() if "compare" in row]
GROUPED = [name for name in DATASETS if origins.leakage(config, name)["group"]]
FETCHED = [name for name in READ if has_addresses(DATASETS[name]["source"])]
IMAGE_ENCODERS = [
    name for name, row in config["encoders"].items() if row["modality"] == "image"
]
TEXT_ENCODERS = [name for name in config["encoders"] if name not in IMAGE_ENCODERS]
FROM_HUB = [name for name, row in config["encoders"].items() if on_hub(row)]
# A profile for a cluster says for its own nodes how many cards a job takes.
GPUS = int(shutil.which("nvidia-smi") is not None)
MASKED = {
    view
    for row in DATASETS.values()
    for view, spec in row["views"].items()
    if "of" in spec
}
EXTRA_SPLITS = {name for row in DATASETS for name in study.extra_splits(config, row)}
PROTOCOLS = study.transfer_folders(config)

# Jobs tell each other of a refused token, so that none of them asks again.
os.environ.setdefault(REFUSED, str(Path(".snakemake/refused").absolute() / uuid4().hex))

# Whatever the profile: the jobs that ask TMDb at one time share its rate, in percent.
if "tmdb" not in workflow.global_resources:
    workflow.register_resource("tmdb", 100)


def one_of(names):
    """Return the pattern that matches exactly the names; none at all where there are none."""
    return "|".join(sorted(names)) or "(?!)"


wildcard_constraints:
    dataset=one_of(DATASETS),
    view=study.NAME,
    encoder=study.NAME,
    shard="[0-9]+",
    slice="[0-9-]+",
    split=study.NAME,
    features=rf"{study.NAME}\.{study.NAME}(\+{study.NAME}\.{study.NAME})*",
    folder=one_of(PROTOCOLS).replace(".", r"\."),


def code_of(script):
    """Return the small file with the content hashes of a script and of every library module it reaches."""
    return str(write_closure(SCRIPTS / script, Path(".snakemake/code")))


def code_of_crawler(script):
    """Return the same for a job of TMDb's client; the replica's code counts only where a replica is asked.

    Else a change in the stand-in would have the service asked for every film again.
    """
    alone = write_closure(
        SCRIPTS / script, Path(".snakemake/code"), "humancentric.tmdb.replica"
    )
    whole = code_of(script)
    return lambda wildcards: whole if replica_files(wildcards) else str(alone)


def row_of(wildcards):
    """Return the catalogue row of the job's dataset."""
    return DATASETS[wildcards.dataset]


def source_of(wildcards):
    """Return where the job's dataset comes from."""
    return row_of(wildcards)["source"]


def place_of(wildcards):
    """Return where the dataset's pictures are: what the image stage reads of its source."""
    return picture_place(source_of(wildcards))


def min_side_of(wildcards):
    """Return the pixels that a picture's shorter side has at least; smaller ones are rejected."""
    return row_of(wildcards).get("min_side", study.MIN_SIDE)


def task_of(wildcards):
    """Return whether the dataset is single-label or multi-label."""
    return row_of(wildcards)["task"]


def shards_of(wildcards):
    """Return the number of image shards of the dataset."""
    return row_of(wildcards)["shards"]


def texts_of(wildcards):
    """Return {text view: column} of the dataset."""
    return study.text_columns(config, wildcards.dataset)


def column_of(wildcards):
    """Return the column that holds the job's text view."""
    return texts_of(wildcards)[wildcards.view]


def columns_of(wildcards):
    """Return {what for: column} of all columns that the dataset's listing has beside the fixed ones."""
    group = row_of(wildcards).get("split", {}).get("group")
    return texts_of(wildcards) | ({"split.group": group} if group else {})


def offered_splits_of(wildcards):
    """Return the splits beside train and test that the dataset's source may name; None where it has no say."""
    made = row_of(wildcards).get("split", {})
    return None if "test" in made else row_of(wildcards).get("splits", [])


def column_if_text(wildcards):
    """Return the column that holds the job's view if it is one of texts, else None."""
    return texts_of(wildcards).get(wildcards.view)


def split_of_row(wildcards):
    """Return how the dataset is split; None where its source says it."""
    return row_of(wildcards).get("split")


def extra_splits_of(wildcards):
    """Return the dataset's splits beside train and test."""
    return study.extra_splits(config, wildcards.dataset)


def view_of(wildcards):
    """Return the row of the masked view that the job makes."""
    return row_of(wildcards)["views"][wildcards.get("view", "masked")]


def encoder_of(wildcards):
    """Return what the job's encoder needs of its row to make vectors."""
    return study.encoder_row(config, wildcards.encoder)


def prompts_of(wildcards):
    """Return the templates and words that the dataset's class names are put into."""
    return study.prompts(config, wildcards.dataset)


def detector_of(wildcards):
    """Return the row of the detector that finds the text."""
    return config["detectors"][view_of(wildcards)["detector"]]


def service_of(wildcards):
    """Return the source without its dates: a slice that stays the same is not crawled again."""
    return service(origins.source(config, wildcards.dataset))


def dates_of(wildcards):
    """Return the first and last release date of the job's slice."""
    return between(source_of(wildcards), wildcards.slice)


def released_of(wildcards):
    """Return the first and last release date of the dataset."""
    return [source_of(wildcards)["released"][end] for end in ("from", "to")]


def poster_limits(wildcards):
    """Return what a poster must be to be used."""
    return {key: config["tmdb"][key] for key in ("min_side", "max_pixels", "max_bytes")}


def asks_tmdb(wildcards):
    """Return the job's share in percent of the rate at which the real service is asked; a replica has no limit."""
    return 0 if replica_files(wildcards) else 100 // config["tmdb"]["jobs"]


def part_of(wildcards):
    """Return the dataset that the job's dataset is a subset of."""
    return source_of(wildcards)["of"]


def id_list_of(wildcards):
    """Return the path of the list of ids that the subset is chosen by."""
    return source_of(wildcards)["ids"]


def controls_of(wildcards):
    """Return the datasets that are scored with the heads of the job's dataset."""
    return [
        control for control, parent in CONTROLS.items() if parent == wildcards.dataset
    ]


def texts_of_all(wildcards):
    """Return the text columns by view of the job's dataset and of its controls."""
    names = [wildcards.dataset, *controls_of(wildcards)]
    return {name: study.text_columns(config, name) for name in names}


def about(wildcards):
    """Return what the card of the job's dataset tells of its row."""
    return origins.about(config, wildcards.dataset)


def leakage_of(wildcards):
    """Return how the duplicates of the job's dataset are treated."""
    return origins.leakage(config, wildcards.dataset)


def title_of(wildcards):
    """Return the display name of the dataset; its own where it has none."""
    name = wildcards.dataset
    return config.get("labels", {}).get("datasets", {}).get(name, name)


def protocol_of(wildcards):
    """Return the name of the protocol whose results the folder holds."""
    return PROTOCOLS[wildcards.folder]


def protocol_row(wildcards):
    """Return the row of that protocol."""
    return config["protocols"][protocol_of(wildcards)]


def shots_of(wildcards):
    """Return the numbers of prototypes a class."""
    return study.shots(config, wildcards.dataset)


def compared_pairs(wildcards):
    """Return the pairs of features whose lead before and after is compared."""
    return study.compared(config, wildcards.dataset)


def compared_features(wildcards):
    """Return the features of those pairs, each once."""
    return list(
        dict.fromkeys(name for pair in compared_pairs(wildcards) for name in pair)
    )


def parent_of(wildcards):
    """Return the dataset whose heads score the job's control dataset."""
    return CONTROLS[wildcards.dataset]
