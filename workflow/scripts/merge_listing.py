"""Merge the slices of a crawled dataset into one listing, each film once."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import LISTING
from humancentric.sources.tmdb.discover import merge

slices = snakemake.input.slices
parts = ((tables.read(path, LISTING), tables.read_metadata(path)) for path in slices)
listing, known = merge(parts, snakemake.params.released)
tables.write(snakemake.output[0], listing, LISTING, known)
log.info("%d slices: %s", len(slices), ", ".join(f"{name} {value}" for name, value in known.items()))
if known["shortfall"]:
    log.warning("the service counts %d films more than it shows", known["shortfall"])
