"""The posters of one shard of a crawled dataset, and the films that have none to work with."""

from humancentric import logs

log = logs.start(snakemake.log[0])

import os
from pathlib import Path

from humancentric import tables
from humancentric.schemas import IMAGES, LISTING, REJECTS
from humancentric.spool import Spool
from humancentric.tmdb_posters import fetch
from humancentric.tmdb_session import origin, session

source, sizes = snakemake.params.source, snakemake.params.sizes
# Not among the params: neither the rate nor the acknowledgement of terms changes what comes back.
settings = snakemake.config["tmdb"]
shard, shards = snakemake.wildcards.shard, snakemake.params.shards
images, rejects = Path(snakemake.output.images), Path(snakemake.output.rejects)

listing = tables.read(snakemake.input.listing, LISTING, ["id", "image_source"])
spool = Spool(rejects.parents[1] / "spool" / "posters" / shard, origin(source, settings))
with session(source, settings, os.environ) as client:
    posters, refused = fetch(client, listing, shard, shards, sizes, spool)
tables.write(images, posters, IMAGES)
tables.write(rejects, refused, REJECTS)
spool.clear()
log.info("shard %s of %d: %d posters, %d rejects", shard, shards, len(posters), len(refused))
