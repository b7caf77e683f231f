"""List TMDb data that has been kept longer than the terms of use allow."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from datetime import UTC, datetime, timedelta
from pathlib import Path

from humancentric.sources.tmdb.expiry import expired

days = snakemake.params.days
found = expired(Path("results"), datetime.now(UTC) - timedelta(days=days), snakemake.params.datasets)
for item in found:
    print(item, flush=True)
log.info("%d files and folders hold content older than %g days", len(found), days)
