"""Download the images of one shard of a dataset that lists URLs; write images and rejects."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import os
from pathlib import Path

from humancentric.core import tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.downloads import Downloads
from humancentric.core.host_breaker import HostBreaker
from humancentric.core.http_client import RateLimitedClient
from humancentric.core.schemas import IMAGES, REJECTS
from humancentric.sources import picture_files
from humancentric.study.settings import download_settings, min_match

params, shard = snakemake.params, snakemake.wildcards.shard
# Not among the params: they change the speed and the number of retries, not the result.
settings = download_settings(snakemake.config)
pace = {key: settings[key] for key in ("requests_per_second", "connections", "attempts")}
samples = picture_files.in_shard(snakemake.input.listing, shard, params.shards)
rejects = Path(snakemake.output.rejects)
cache = DownloadCache(rejects.parents[1] / "spool" / "pictures" / shard, "addresses")
limits = {"max_bytes": params.max_bytes, "private": params.private, "tolerated": settings["tolerated"]}
with RateLimitedClient(**pace, public=not params.private, breaker=HostBreaker.of(os.environ)) as client:
    contents = Downloads(client, cache, **limits).contents
    least = min_match(snakemake.config)
    images, refused = picture_files.read_shard(
        samples, contents, min_side=params.min_side, root=None, least=least
    )
tables.write(snakemake.output.images, images, IMAGES)
tables.write(rejects, refused, REJECTS)
cache.clear()
log.info("shard %s of %d: %d pictures, %d rejected", shard, params.shards, len(images), len(refused))
