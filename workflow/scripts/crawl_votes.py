"""List the films of one range of release dates that have enough votes, with their mean vote."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import os
from datetime import date
from pathlib import Path

from demo_data.replica.replica import Replica
from humancentric.core import tables
from humancentric.core.download_cache import DAY, DownloadCache
from humancentric.core.schemas import LISTING
from humancentric.sources.tmdb.api import origin, session
from humancentric.sources.tmdb.crawl import list_slice
from humancentric.sources.tmdb.discover import filters
from humancentric.sources.tmdb.votes import votes_at_least, with_votes
from humancentric.study.settings import tmdb_settings

source, between = snakemake.params.source, snakemake.params.between
# Not among the params: neither the rate nor the acknowledgement of terms changes the result.
settings, share = tmdb_settings(snakemake.config), snakemake.resources.get("tmdb", 100) / 100
output, asked = Path(snakemake.output[0]), filters(source) | votes_at_least(source)

folder = output.parents[1] / "spool" / "crawl" / output.stem
cache = DownloadCache(
    folder, [*origin(source, settings), asked, between], settings.get("spool_days", 7) * DAY
)
if cache.restore(output):
    log.info("%s: an earlier run had finished it", output)
else:
    with session(source, settings, os.environ, share, Replica) as client:
        listing, known = list_slice(client, *map(date.fromisoformat, between), cache, filters=asked)
    tables.write(output, with_votes(listing, cache), LISTING, known)
    cache.commit(**{output.name: output})
    log.info("%s", ", ".join(f"{name} {value}" for name, value in known.items()))
