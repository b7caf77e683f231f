"""The listing of a published or a user's own dataset: what its source offers."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import streams
from humancentric.schemas import LISTING
from humancentric.sources import readers

source, columns, splits = snakemake.params.source, dict(snakemake.params.columns), snakemake.params.splits
rows = streams.write_sorted(snakemake.output[0], readers.stream(source, columns, splits), LISTING)
log.info("%d rows offered", rows)
