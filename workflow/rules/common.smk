"""The effective config, the wildcards, and where the inputs of a job stand."""

import sys
from pathlib import Path

SCRIPTS = Path(workflow.basedir) / "workflow" / "scripts"
sys.path.insert(0, str(SCRIPTS))

from humancentric.closure import write_closure
from humancentric.config import study
from humancentric.config.validation import plain, validate
from humancentric.errors import UserError
from humancentric.locks import release_stale
from humancentric.reporting.targets import figure_files, table_files
from humancentric.shards import shard_names
from humancentric.sources.layouts import image_root, source_files
from humancentric.tmdb_slices import between, service, slices
from snakemake.exceptions import WorkflowError

# A run that was killed leaves its lock files; the same command must simply go on.
alive = release_stale(Path(".snakemake")) if workflow.is_main_process else None

config = plain(config)
try:
    validate(config, Path(workflow.basedir) / "workflow" / "schemas")
except UserError as error:
    raise WorkflowError(str(error)) from None

DATASETS = config["datasets"]
TRAINED = config["study"]["datasets"]
CONTROLS = study.controls(config)
CRAWLED = [name for name, row in DATASETS.items() if row["source"]["kind"] == "tmdb"]
READ = [name for name in DATASETS if name not in CRAWLED]
IMAGE_ENCODERS = [name for name, row in config["encoders"].items() if row["modality"] == "image"]
TEXT_ENCODERS = [name for name in config["encoders"] if name not in IMAGE_ENCODERS]
GPUS = int(Path("/dev/nvidia0").exists())  # a profile for a cluster says it for its own nodes
MASKED = {
    view
    for row in DATASETS.values()
    for view, spec in row["views"].items()
    if "of" in spec
}
PROTOCOLS = study.transfer_folders(config)


def one_of(names):
    """Return the pattern that matches exactly the names; none at all where there are none."""
    return "|".join(sorted(names)) or "(?!)"


wildcard_constraints:
    dataset=study.NAME,
    view=study.NAME,
    encoder=study.NAME,
    shard="[0-9]+",
    slice="[0-9-]+",
    features=rf"{study.NAME}\.{study.NAME}(\+{study.NAME}\.{study.NAME})*",
    folder=one_of(PROTOCOLS).replace(".", r"\."),


def code_of(script):
    """Return the small file with the content hashes of a script and of every library module it reaches."""
    return str(write_closure(SCRIPTS / script, Path(".snakemake/code")))


# --- what a job's row says ---------------------------------------------------------------------


def row_of(wildcards):
    """Return the catalogue row of the job's dataset."""
    return DATASETS[wildcards.dataset]


def source_of(wildcards):
    """Return where the job's dataset comes from."""
    return row_of(wildcards)["source"]


def root_of(wildcards):
    """Return the folder that the dataset's image paths start from."""
    return image_root(source_of(wildcards))


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


def split_of_row(wildcards):
    """Return how the dataset is split; None where its source says it."""
    return row_of(wildcards).get("split")


def view_of(wildcards):
    """Return the row of the masked view that the job makes."""
    return row_of(wildcards)["views"][wildcards.get("view", "masked")]


def detector_of(wildcards):
    """Return the row of the detector that finds the text."""
    return config["detectors"][view_of(wildcards)["detector"]]


def service_of(wildcards):
    """Return the source without its dates: a slice that stays the same is not crawled again."""
    return service(source_of(wildcards))


def dates_of(wildcards):
    """Return the first and last release date of the job's slice."""
    return between(source_of(wildcards), wildcards.slice)


def asks_tmdb(wildcards):
    """Return 1 if the job asks the real service, of which the profile allows one job at a time."""
    return int(not replica_files(wildcards))


def protocol_of(wildcards):
    """Return the name of the protocol whose results the folder holds."""
    return PROTOCOLS[wildcards.folder]


def protocol_row(wildcards):
    """Return the row of that protocol."""
    return config["protocols"][protocol_of(wildcards)]


def shots_of(wildcards):
    """Return the numbers of prototypes a class."""
    return study.shots(config, wildcards.dataset)


def parent_of(wildcards):
    """Return the dataset whose heads score the job's control dataset."""
    return CONTROLS[wildcards.dataset]


# --- where a job's inputs stand ----------------------------------------------------------------


def per_shard(dataset, pattern):
    """Return one path a shard of a dataset; `pattern` has the fields {dataset} and {shard}."""
    names = shard_names(DATASETS[dataset]["shards"])
    return [pattern.format(dataset=dataset, shard=shard) for shard in names]


def files_of_source(wildcards):
    """Return the files that decide the dataset's listing.

    Files that a user has yet to fetch are left out, so that a study can be planned before its data are there;
    the job that reads them says what to download.
    """
    files = source_files(source_of(wildcards))
    return [file for file in files if file.startswith(study.GENERATED) or Path(file).exists()]


def replica_files(wildcards):
    """Return the catalogue of a replica; nothing where the real service is asked."""
    source = source_of(wildcards)
    if "replica" in source:
        return [f"{source['replica']}/catalogue.jsonl"]
    return [source["catalogue"]] if "catalogue" in source else []


def slice_files(wildcards):
    """Return the crawled slices of the dataset."""
    names = slices(source_of(wildcards))
    return [f"results/{wildcards.dataset}/crawl/{name}.parquet" for name in names]


def reject_files(wildcards):
    """Return the image stage's rejects of the dataset; none where it has no pictures."""
    if not study.views(config, wildcards.dataset, "image"):
        return []
    return per_shard(wildcards.dataset, "results/{dataset}/rejects/{shard}.parquet")


def images_of(view):
    """Return the input function for all shards of one image view."""
    pattern = f"results/{{dataset}}/images/{view}/{{shard}}.parquet"
    return lambda wildcards: per_shard(wildcards.dataset, pattern)


def images_of_view(wildcards):
    """Return all shards of the image view that the job embeds."""
    return images_of(wildcards.view)(wildcards)


def masks_of(wildcards):
    """Return the boxes of the dataset's masked view."""
    return per_shard(wildcards.dataset, "results/{dataset}/masks/{shard}.parquet")


def unmasked_images(wildcards):
    """Return the shard of pictures that a masked view is made from."""
    view = view_of(wildcards)["of"]
    return f"results/{wildcards.dataset}/images/{view}/{wildcards.shard}.parquet"


def embeddings_of(split):
    """Return the input function for the embeddings that features are joined from, in the order of their names."""
    path = "results/{dataset}/embeddings/{part}/{split}.parquet"
    return lambda wildcards: [
        path.format(dataset=wildcards.dataset, part=part, split=split)
        for part in wildcards.features.split("+")
    ]


def heads_of_parent(wildcards):
    """Return the heads that score a control dataset."""
    return f"results/{parent_of(wildcards)}/{wildcards.folder}/{wildcards.features}/heads.safetensors"


def samples_of_parent(wildcards):
    """Return the samples that those heads were trained on."""
    return f"results/{parent_of(wildcards)}/samples.parquet"


# --- everything a study makes ------------------------------------------------------------------


def cell_files(cells, name):
    """Return one file of every (dataset, folder, features)."""
    return [
        f"results/{dataset}/{folder}/{features}/{name}" for dataset, folder, features in cells
    ]


def all_transfer(wildcards):
    """Return the scores of every probe that is trained."""
    return cell_files(study.transfer_cells(config), "scores.json")


def all_controls(wildcards):
    """Return the scores of every probe on every control dataset."""
    return cell_files(study.control_cells(config), "scores.json")


def all_fewshot(wildcards):
    """Return every few-shot curve."""
    return [
        f"results/{dataset}/fewshot/{features}.json"
        for dataset in TRAINED
        for features in study.fewshot_features(config, dataset)
    ]


def all_chance(wildcards):
    """Return the constant answers' scores on every dataset."""
    return [f"results/{dataset}/chance.json" for dataset in TRAINED]


def of_every_dataset(name):
    """Return one file of every dataset of the study, controls included."""
    return [f"results/{dataset}/{name}" for dataset in study.datasets(config)]


def contact_sheets(wildcards):
    """Return the contact sheets of all datasets with a masked view."""
    return [
        f"results/figures/masking-{dataset}.png"
        for dataset in TRAINED
        if "masked" in DATASETS[dataset]["views"]
    ]


def final_outputs():
    """Return what a person reads: tables, figures, the page, and the PDF where a TeX engine is installed."""
    paper = []
    return [*table_files(config), *figure_files(config), "results/report.html", *paper]
