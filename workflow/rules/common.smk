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

from humancentric.core import registry
from humancentric.core.errors import UserError
from humancentric.core.shards import shard_names, sources_of_shard
from humancentric.core.weights import on_hub
from humancentric.report.engine_report import (
    FORMATS,
    figures_shown,
    tables_shown,
    write_caption,
)
from humancentric.report.render.document import engine
from humancentric.runtime import code_fingerprint
from humancentric.runtime.locks import release_stale
from humancentric.sources.layouts import has_addresses, picture_place, source_files
from humancentric.sources.tmdb.access import REFUSED
from humancentric.sources.tmdb.slices import between, service, slices
from humancentric.study import (
    audit_grid,
    catalogue,
    claim_grid,
    feature_sets,
    masked_views,
    probe_grid,
    provenance,
    report_config,
    report_files,
    selection,
)
from humancentric.study.report_config import effective
from humancentric.study.report_files import (
    audit_tables,
    excerpt,
    figure_files,
    section_files,
    table_files,
)
from humancentric.study.source_checks import OWN
from humancentric.study.validation import plain, validate
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

# A plan makes millions of objects and drops few: at Python's usual pace, looking for those takes a twelfth of its time.
gc.set_threshold(50_000, 20, 100)

LIBRARY = code_fingerprint.read(SCRIPTS, CODE / "modules.json")
write_closure = partial(
    code_fingerprint.write_closure,
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

config, left_out = provenance.without_absent(config, lambda path: Path(path).is_file())
for sentence in left_out if workflow.is_main_process else []:
    logger.warning(sentence)

DATASETS = config["datasets"]
TRAINED = config["study"]["datasets"]
FEWSHOT = selection.fewshot_datasets(config)
CONTROLS = selection.controls(config)
CRAWLED = [name for name, row in DATASETS.items() if row["source"]["kind"] == "tmdb"]
SUBSETS = [name for name in DATASETS if provenance.is_subset(config, name)]
READ = [name for name in DATASETS if name not in [*CRAWLED, *SUBSETS]]
COMPARED = [name for name, row in DATASETS.items() if "compare" in row]
GROUPED = [name for name in DATASETS if provenance.leakage(config, name)["group"]]
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
PROTOCOLS = selection.transfer_folders(config)

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
    replica = "demo_data.replica"
    alone = write_closure(SCRIPTS / script, without=replica)
    whole = code_of(script)
    return lambda wildcards: whole if replica_files(wildcards) else str(alone)


def code_of_kind(script, package, row, default=None):
    """Return the same for jobs that one kind of a package serves: what serves its other kinds does not count.

    All are written before the plan is made: the engine looks into the folder once.
    """
    paths = {
        kind: str(write_closure(SCRIPTS / script, kind=(package, kind)))
        for kind in registry.MODULES[package]
    }
    return lambda wildcards: paths[row(wildcards).get("kind", default)]
