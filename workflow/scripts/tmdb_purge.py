"""Remove the data of TMDb kept for longer than its terms allow, and what was derived from it."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from datetime import UTC, datetime, timedelta
from pathlib import Path

from humancentric.sources.tmdb.expiry import expired, remove

days = snakemake.params.days
found = expired(Path("results"), datetime.now(UTC) - timedelta(days=days))
remove(found)
for item in found:
    log.info("removed %s", item)
log.info("%d files and folders held content older than %g days", len(found), days)
