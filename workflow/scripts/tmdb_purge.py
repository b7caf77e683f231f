"""Remove TMDb data kept longer than the terms of use allow, and everything derived from it."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from datetime import UTC, datetime, timedelta
from pathlib import Path

from humancentric.sources.tmdb.expiry import expired, remove, require_removed

days, results = snakemake.params.days, Path("results")
before = datetime.now(UTC) - timedelta(days=days)
removed, left = remove(expired(results, before, snakemake.params.datasets))
for item in removed:
    log.info("removed %s", item)
for path, reason in left:
    log.error("not removed: %s (%s)", path, reason)
log.info("%d files and folders held content older than %g days", len(removed) + len(left), days)
require_removed(
    left or [(item.path, "it is still there") for item in expired(results, before, snakemake.params.datasets)]
)
