"""The posters of one shard of a crawled dataset, and the films that have none to work with."""

from humancentric import logs

log = logs.start(snakemake.log[0])

import os
from pathlib import Path

from humancentric import tables
from humancentric.schemas import LISTING
from humancentric.shards import shard_of
from humancentric.spool import DAY, Spool
from humancentric.tmdb import kept
from humancentric.tmdb.poster import Limits
from humancentric.tmdb.posters import fetch
from humancentric.tmdb.session import origin, session

source, sizes = snakemake.params.source, snakemake.params.sizes
limits = Limits(**snakemake.params.limits)
# Not among the params: neither the rate nor the acknowledgement of terms changes what comes back.
settings, share = snakemake.config["tmdb"], snakemake.resources.get("tmdb", 100) / 100
shard, shards = snakemake.wildcards.shard, snakemake.params.shards
images, rejects = Path(snakemake.output.images), Path(snakemake.output.rejects)

listing = tables.read(snakemake.input.listing, LISTING, ["id", "image_source"])
films = zip(listing["id"].to_pylist(), listing["image_source"].to_pylist(), strict=True)
wanted = [(film, path) for film, path in films if shard_of(film, shards) == shard]
folder = rejects.parents[1] / "spool" / "posters" / shard
spool = Spool(folder, [*origin(source, settings), sizes], settings.get("keep_days", 180) * DAY)
with session(source, settings, os.environ, share) as client:
    told = kept.write(fetch(client, wanted, sizes, spool, limits), images, rejects, spool, limits)
log.info("shard %s of %d: %s", shard, shards, told)
