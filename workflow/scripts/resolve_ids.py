"""Resolve a subset's list of ids to ids of the whole dataset, looking up IMDb ids."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import os
from contextlib import nullcontext
from pathlib import Path

from demo_data.replica.replica import Replica
from humancentric.core import tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.schemas import RESOLVED
from humancentric.sources.subset import imdb_ids, read_ids, resolve
from humancentric.sources.tmdb.api import origin, session
from humancentric.study.settings import tmdb_settings

source, settings = snakemake.params.source, tmdb_settings(snakemake.config)
output = Path(snakemake.output[0])

ids = read_ids(snakemake.params.ids, source["kind"] == "tmdb")
looks_up = source["kind"] == "tmdb" and bool(imdb_ids(ids))
cache = DownloadCache(output.parent / "spool" / "ids", origin(source, settings)) if looks_up else None
share = snakemake.resources.get("tmdb", 100) / 100
with session(source, settings, os.environ, share, Replica) if looks_up else nullcontext() as client:
    resolved = resolve(client, ids, cache)
tables.write(output, resolved, RESOLVED)
if cache:
    cache.clear()
log.info("%d ids, %d of them unknown", resolved.num_rows, resolved["id"].null_count)
