"""List the films of one range of release dates from TMDb."""

from humancentric.core import logs

logs.start(snakemake.log[0])

import os
from functools import partial
from pathlib import Path

from demo_data.replica.replica import Replica
from humancentric.sources.tmdb.api import session
from humancentric.sources.tmdb.crawl import write_slice
from humancentric.study.settings import tmdb_settings

source, between = snakemake.params.source, snakemake.params.between
# Not among the params: neither the rate nor the acknowledgement of terms changes the result.
settings, share = tmdb_settings(snakemake.config), snakemake.resources.get("tmdb", 100) / 100
client = partial(session, source, settings, os.environ, share, Replica)
write_slice(Path(snakemake.output[0]), source, between, settings, client)
