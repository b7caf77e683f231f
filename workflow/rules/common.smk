"""The effective config, the names in it, and the code that a rule depends on."""

import gc
import os
import shutil
import sys
from functools import partial
from pathlib import Path
from uuid import uuid4

SCRIPTS = Path(workflow.basedir) / "workflow" / "scripts"
CODE = Path(".snakemake/code")
sys.path.insert(0, str(SCRIPTS))

from humancentric import closure, kinds
from humancentric.config import (
    audit,
    catalogue,
    cells,
    claims,
    combinations,
    masked_views,
    origins,
    study,
)
from humancentric.config.source_checks import OWN
from humancentric.config.validation import plain, validate
from humancentric.errors import UserError
from humancentric.locks import release_stale
from humancentric.reporting import candidates, gallery_files
from humancentric.reporting.effective import effective
from humancentric.reporting.engine_report import (
    FORMATS,
    figures_shown,
    tables_shown,
    write_caption,
)
from humancentric.reporting.tex import engine
from humancentric.reporting.targets import (
    audit_tables,
    excerpt,
    figure_files,
    section_files,
    table_files,
)
from humancentric.shards import shard_names, sources_of_shard
from humancentric.sources.layouts import has_addresses, picture_place, source_files
from humancentric.weights import on_hub
from humancentric.tmdb.access import REFUSED
from humancentric.tmdb.slices import between, service, slices
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

# A plan makes millions of objects and drops few: at Python's usual pace, looking for those takes a twelfth of its time.
gc.set_threshold(50_000, 20, 100)

LIBRARY = closure.read(SCRIPTS, CODE / "modules.json")
write_closure = partial(
    closure.write_closure,
    folder=CODE,
    library=LIBRARY,
    first=not Path(".snakemake/metadata").exists(),
)

# A run that was killed leaves its lock files; the same command must simply go on.
alive = release_stale(Path(".snakemake")) if workflow.is_main_process else None

# What `snakemake compare` is given; no part of the config, so that no schema has to know it.
RUNS = {side: config.pop(side, None) for side in ("left", "right")}
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
EXTRA_SPLITS = {
    name for row in DATASETS for name in catalogue.extra_splits(config, row)
}
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
    view=catalogue.NAME,
    encoder=catalogue.NAME,
    shard="[0-9]+",
    slice="[0-9-]+",
    split=catalogue.NAME,
    features=rf"{catalogue.NAME}\.{catalogue.NAME}(\+{catalogue.NAME}\.{catalogue.NAME})*",
    folder=one_of(PROTOCOLS).replace(".", r"\."),


def code_of(script):
    """Return the small file with the content hashes of a script and of every library module it reaches."""
    return str(write_closure(SCRIPTS / script))


def code_of_crawler(script):
    """Return the same for a job of TMDb's client; the replica's code counts only where a replica is asked.

    Else a change in the stand-in would have the service asked for every film again.
    """
    replica = "humancentric.tmdb.replica"
    alone = write_closure(SCRIPTS / script, without=replica)
    whole = code_of(script)
    return lambda wildcards: whole if replica_files(wildcards) else str(alone)


def code_of_kind(script, package, row, default=None):
    """Return the same for jobs that one kind of a package serves: what serves its other kinds does not count.

    All are written before the plan is made: the engine looks into the folder once.
    """
    paths = {
        kind: str(write_closure(SCRIPTS / script, kind=(package, kind)))
        for kind in kinds.MODULES[package]
    }
    return lambda wildcards: paths[row(wildcards).get("kind", default)]
