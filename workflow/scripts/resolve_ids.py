"""The ids of a subset's list as the whole dataset knows them: IMDb ids are looked up."""

from humancentric import logs

log = logs.start(snakemake.log[0])

import os
from contextlib import nullcontext
from pathlib import Path

from humancentric import tables
from humancentric.schemas import RESOLVED
from humancentric.sources.id_lists import read_ids
from humancentric.spool import Spool
from humancentric.tmdb.ids import foreign, resolve
from humancentric.tmdb.session import origin, session

source, settings = snakemake.params.source, snakemake.config["tmdb"]
output = Path(snakemake.output[0])

ids = read_ids(snakemake.params.ids)
asks = source["kind"] == "tmdb" and bool(foreign(ids))
spool = Spool(output.parent / "spool" / "ids", origin(source, settings)) if asks else None
share = snakemake.resources.get("tmdb", 100) / 100
with session(source, settings, os.environ, share) if asks else nullcontext() as client:
    resolved = resolve(client, ids, spool)
tables.write(output, resolved, RESOLVED)
if spool:
    spool.clear()
log.info("%d ids, %d of them unknown", resolved.num_rows, resolved["id"].null_count)
