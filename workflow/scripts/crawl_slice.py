"""The films of one slice of release years, as TMDb lists them."""

from humancentric import logs

log = logs.start(snakemake.log[0])

import os
from datetime import date
from pathlib import Path

from humancentric import tables
from humancentric.schemas import LISTING
from humancentric.spool import Spool
from humancentric.tmdb_listing import list_slice
from humancentric.tmdb_session import origin, session

source = snakemake.params.source
# Not among the params: neither the rate nor the acknowledgement of terms changes what comes back.
settings = snakemake.config["tmdb"]
first, last = map(date.fromisoformat, snakemake.params.between)
output = Path(snakemake.output[0])

spool = Spool(output.parents[1] / "spool" / "crawl" / output.stem, origin(source, settings))
with session(source, settings, os.environ) as client:
    listing, counts = list_slice(client, first, last, spool)
tables.write(output, listing, LISTING, counts)
spool.clear()
log.info("%s to %s: %s", first, last, ", ".join(f"{name} {value}" for name, value in counts.items()))
