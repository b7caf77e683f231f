"""Write the listing of a subset: the records of the whole dataset selected by its list of ids."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import LISTING, RESOLVED, SAMPLES
from humancentric.sources.subset import select
from humancentric.study.settings import min_match

inputs, whole = snakemake.input, snakemake.params.whole
samples = tables.read(inputs.samples, SAMPLES, ["id", "split", "labels"])
resolved = tables.read(inputs.resolved, RESOLVED)
least = min_match(snakemake.config)
listing, counts = select(tables.read(inputs.listing, LISTING), samples, resolved, whole, least)
tables.write(snakemake.output[0], listing, LISTING, counts)
log.info("part of %s: %s", whole, ", ".join(f"{name} {value}" for name, value in counts.items()))
