"""Check the config, and define the names, code fingerprints and input functions that all stages use."""

from itertools import chain

import os
import shutil
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

# Not `workflow.basedir`, which is the importing workflow's folder if this one is used as a module.
ROOT = Path(str(workflow.current_basedir)).parents[1]
SCRIPTS = ROOT / "workflow" / "scripts"
CODE = Path(".snakemake/code")
sys.path.insert(0, str(SCRIPTS))

from humancentric.core import registry
from humancentric.core.errors import UserError
from humancentric.core.hashing import shard_names, sources_of_shard
from humancentric.core.host_breaker import HOSTS
from humancentric.core.parallel import bounds
from humancentric.core.weights import on_hub
from humancentric.report.audit_tables import audit_files
from humancentric.report.figures import figure_files, figure_specs, study_figures
from humancentric.report.document import tex_program
from humancentric.report.sections import gallery_files, section_files
from humancentric.report.specs import FORMATS, caption_file, further_files, report_entry
from humancentric.report.tables import study_tables, table_files, table_specs
from humancentric.runtime import code_fingerprint, literal_paths, locks
from humancentric.sources.kinds import (
    has_picture_urls,
    kind_of,
    picture_source,
    source_files,
)
from humancentric.sources.tmdb import REFUSED
from humancentric.sources.tmdb.discover import slice_dates, slice_names, without_dates
from humancentric.study import (
    audit_grid,
    claim_grid,
    defaults,
    feature_sets,
    ladder,
    masked_views,
    provenance,
    reading_grid,
    report_config,
    specification_grid,
)
from humancentric.study.from_config import study_from_config
from humancentric.study.report_excerpt import effective, excerpt
from humancentric.study.study import GENERATED, NAME, VALIDATION
from humancentric.study.validation import plain, validate
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger


@contextmanager
def errors_in_one_line():
    """Turn `UserError` into an error that Snakemake shows without a traceback."""
    try:
        yield
    except UserError as error:
        raise WorkflowError(str(error)) from None


with errors_in_one_line():
    LIBRARY = code_fingerprint.read(SCRIPTS, CODE / "modules.json")
# Turns the path of a user's file into an input.
literal = partial(literal_paths.literal, folder=Path(".snakemake/literal"))
write_closure = errors_in_one_line()(
    partial(
        code_fingerprint.write_closure,
        folder=CODE,
        library=LIBRARY,
        first=not Path(".snakemake/metadata").exists(),
    )
)

# Snakemake checks its lock files before `onstart`, so those of a killed run must be removed while planning, or the same
# command could not continue. Only the main process does it: jobs parse the rules as well, while their run is alive.
with errors_in_one_line():
    alive = locks.enter(Path(".snakemake")) if workflow.is_main_process else None

# The arguments of `snakemake compare`, `fetch_data` and `new`; removed here, so that no schema has to allow them.
RUNS = {side: config.pop(side, None) for side in ("left", "right")}
ONLY = config.pop("only", None)  # the datasets that `snakemake fetch_data` is for
GIVEN = {key: config.pop(key, None) for key in ("name", "data", "images")}
# `new` takes names of encoders; the rows of encoders are a mapping in the config.
named = not isinstance(config.get("encoders", {}), dict)
GIVEN["encoders"] = config.pop("encoders") if named else None
with errors_in_one_line():
    config = plain(defaults.completed(config, ROOT / "config", Path("config")))
    if workflow.is_main_process:  # jobs start with a config that was checked
        validate(config, ROOT / "workflow" / "schemas")

config = defaults.with_files_as_on_disk(config, ROOT)
config, left_out = provenance.without_absent(config, lambda path: Path(path).is_file())
STUDY = study_from_config(config)
if workflow.is_main_process:
    for sentence in [*left_out, *claim_grid.stand_in_note(STUDY)]:
        logger.warning(sentence)
READING = reading_grid.expanded(STUDY)  # with the views of the study of reading
DATASETS, ENCODERS = STUDY.datasets, STUDY.encoders
TRAINED, CONTROLS, FEWSHOT = STUDY.trained, STUDY.controls, STUDY.fewshot_datasets
PROBED = [*TRAINED, *STUDY.fewshot_only]  # with a baseline that uses no input
CRAWLED = [name for name, row in DATASETS.items() if row.source["kind"] == "tmdb"]
VOTED = [name for name in CRAWLED if "min_votes" in DATASETS[name].source]
SUBSETS = [name for name, row in DATASETS.items() if row.is_subset]
READ = [name for name in DATASETS if name not in [*CRAWLED, *SUBSETS]]
COMPARED = [name for name, row in DATASETS.items() if row.compare is not None]
GROUPED = [name for name, row in DATASETS.items() if row.leakage["group"]]
FETCHED = [name for name in READ if has_picture_urls(DATASETS[name].source)]
IMAGE_ENCODERS = [name for name, row in ENCODERS.items() if row.modality == "image"]
TEXT_ENCODERS = [name for name in ENCODERS if name not in IMAGE_ENCODERS]
# Encoders whose embeddings are divided among jobs and joined: all or none.
DIVIDED = list(ENCODERS) if STUDY.embedding_jobs > 1 else []
FROM_HUB = [name for name, row in ENCODERS.items() if on_hub(row.row)]
# On a cluster, the profile sets the number of GPUs per job.
GPUS = int(shutil.which("nvidia-smi") is not None)
MASKED = {view for row in DATASETS.values() for view in row.masked_views}
EXTRA_SPLITS = {name for row in DATASETS.values() for name in row.extra_splits}
PROTOCOLS = STUDY.transfer_folders | ladder.folders(STUDY)

# Jobs share a refused token, so that no other job sends it again.
os.environ.setdefault(REFUSED, str(Path(".snakemake/refused").absolute() / uuid4().hex))
# They also share which hosts do not respond.
os.environ.setdefault(HOSTS, f"{os.environ[REFUSED]}.hosts")

# With every profile, concurrent jobs share TMDb's request rate, in percent.
if "tmdb" not in workflow.global_resources:
    workflow.register_resource("tmdb", 100)


def shipped(path):
    """Return the path of a shipped file: as given inside the checkout, absolute elsewhere."""
    return literal(defaults.shipped(path, ROOT))


def one_of(names):
    """Return a pattern that matches exactly these names; without names it matches nothing."""
    return "|".join(sorted(names)) or "(?!)"


wildcard_constraints:
    dataset=one_of(DATASETS),
    view=NAME,
    encoder=NAME,
    shard="[0-9]+",
    slice="[0-9-]+",
    split=NAME,
    features=rf"{NAME}\.{NAME}(\+{NAME}\.{NAME})*",
    folder=one_of(PROTOCOLS).replace(".", r"\."),


def code_of(script):
    """Return the file with the content hashes of a script and of every library module that it imports."""
    return str(write_closure(SCRIPTS / script))


def code_of_crawler(script):
    """Return `code_of` for a job of the TMDb client; the code of the replica is included only if it is used.

    Otherwise a change in the replica would request every film from the real service again.
    """
    replica = "demo_data.replica"
    alone = write_closure(SCRIPTS / script, without=replica)
    whole = code_of(script)
    return lambda wildcards: whole if replica_files(wildcards) else str(alone)


def code_of_kind(script, package, row, default=None):
    """Return `code_of` for a job that uses one kind of a package; the code of its other kinds is left out.

    All files are written before planning, because Snakemake lists the folder only once.
    """
    paths = {
        kind: str(write_closure(SCRIPTS / script, kind=(package, kind)))
        for kind in registry.kinds(package)
    }
    return lambda wildcards: paths[row(wildcards).get("kind", default)]


def row_of(wildcards):
    """Return the catalogue row of the job's dataset."""
    return DATASETS[wildcards.dataset]


def source_of(wildcards):
    """Return the `source` of the job's dataset."""
    return row_of(wildcards).source


def task_of(wildcards):
    """Return the task of the dataset: single-label, multi-label or regression."""
    return row_of(wildcards).task


def shards_of(wildcards):
    """Return the number of image shards of the dataset."""
    return row_of(wildcards).shards


def texts_of(wildcards):
    """Return {text view: column} of the dataset."""
    return row_of(wildcards).text_columns


def extra_splits_of(wildcards):
    """Return the dataset's splits other than train and test."""
    return list(row_of(wildcards).extra_splits)


def view_of(wildcards):
    """Return the row of the masked view that the job makes."""
    return row_of(wildcards).views[wildcards.get("view", "masked")]


def about(wildcards):
    """Return the settings of the dataset that its card shows."""
    return provenance.card_facts(STUDY, wildcards.dataset)


def title_of(wildcards):
    """Return the display name of the dataset, by default its own name."""
    name = wildcards.dataset
    return STUDY.labels.get("datasets", {}).get(name, name)


def publish_of(wildcards):
    """Return whether pictures and texts of the dataset may be shown in figures."""
    return row_of(wildcards).publish


def per_shard(dataset, pattern):
    """Return one path per shard of a dataset; `pattern` has the fields {dataset} and {shard}."""
    names = shard_names(DATASETS[dataset].shards)
    return [pattern.format(dataset=dataset, shard=shard) for shard in names]


def pictures_of(dataset, pattern):
    """Return one path per shard of a dataset with pictures, and none for a dataset without."""
    return per_shard(dataset, pattern) if DATASETS[dataset].views_of("image") else []


def standard_images(wildcards):
    """Return the picture files of the job's dataset."""
    return pictures_of(
        wildcards.dataset, "results/{dataset}/images/standard/{shard}.parquet"
    )


def images_of(view):
    """Return the input function for all shards of one image view."""
    pattern = f"results/{{dataset}}/images/{view}/{{shard}}.parquet"
    return lambda wildcards: per_shard(wildcards.dataset, pattern)
