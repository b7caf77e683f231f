"""Download the study's published datasets that have URLs in their rows; log instructions for the others."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core.http_client import RateLimitedClient
from humancentric.sources import published_downloads
from humancentric.study.settings import download_settings

settings = download_settings(snakemake.config)
pace = {key: settings[key] for key in ("requests_per_second", "connections", "attempts")}
private = settings["private_addresses"]
limits = {"max_bytes": settings["max_bytes"], "private": private, "tolerated": settings["tolerated"]}
# Files can have several gigabytes: the time limits are generous, and partial downloads are kept.
options = {"deadline": 3600.0, "patience": 36_000.0, "public": not private, "anywhere": True}
with RateLimitedClient(**pace, **options) as client:
    for name, facts in snakemake.params.datasets.items():
        if facts["fetch"]:
            published_downloads.fetch(name, facts, client, limits)
        else:
            log.info("%s %s", name, published_downloads.advice(facts))
