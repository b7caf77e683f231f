"""Download the posters of one shard of a crawled dataset; reject films without a usable one."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import os
from pathlib import Path

from demo_data.replica.replica import Replica
from humancentric.core import tables
from humancentric.core.download_cache import DAY, DownloadCache
from humancentric.core.hashing import shard_of
from humancentric.core.schemas import LISTING
from humancentric.sources.tmdb import posters
from humancentric.sources.tmdb.api import origin, session
from humancentric.sources.tmdb.posters import Limits, fetch
from humancentric.study.settings import tmdb_settings

source, sizes = snakemake.params.source, snakemake.params.sizes
limits = Limits(**snakemake.params.limits)
# Not among the params: neither the rate nor the acknowledgement of terms changes the result.
settings, share = tmdb_settings(snakemake.config), snakemake.resources.get("tmdb", 100) / 100
shard, shards = snakemake.wildcards.shard, snakemake.params.shards
images, rejects = Path(snakemake.output.images), Path(snakemake.output.rejects)

listing = tables.read(snakemake.input.listing, LISTING, ["id", "image_source"])
films = zip(listing["id"].to_pylist(), listing["image_source"].to_pylist(), strict=True)
wanted = [(film, path) for film, path in films if shard_of(film, shards) == shard]
folder = rejects.parents[1] / "spool" / "posters" / shard
cache = DownloadCache(folder, [*origin(source, settings), sizes], settings.get("keep_days", 180) * DAY)
with session(source, settings, os.environ, share, Replica) as client:
    summary = posters.write(fetch(client, wanted, sizes, cache, limits), images, rejects, cache, limits)
log.info("shard %s of %d: %s", shard, shards, summary)
