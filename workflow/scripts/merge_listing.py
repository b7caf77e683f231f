"""The listing of a crawled dataset: its slices in one table, each film once."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import tables
from humancentric.schemas import LISTING
from humancentric.tmdb_listing import merge

slices = snakemake.input.slices
listing, counts = merge([(tables.read(path, LISTING), tables.read_metadata(path)) for path in slices])
tables.write(snakemake.output[0], listing, LISTING, counts)
log.info("%d slices: %s", len(slices), ", ".join(f"{name} {value}" for name, value in counts.items()))
