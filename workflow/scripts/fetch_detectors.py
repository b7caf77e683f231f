"""Download the weights of the study's text detectors from the URLs to the paths in their rows."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core.http_client import RateLimitedClient
from humancentric.masking import detector_weights

rows = snakemake.params.detectors
# The weights are about a hundred megabytes, so the time limits are generous.
with RateLimitedClient(attempts=4, deadline=1800.0, patience=3600.0) as client:
    for name, row in rows.items():
        fetched = detector_weights.fetch(row, name, client)
        log.info("%s: %s %s", name, row["weights"], "fetched" if fetched else "is there already")
log.info("%d of the study's detectors have weights of their own, the others come in packages", len(rows))
