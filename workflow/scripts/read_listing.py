"""Read the listing of a published dataset or of a user's own."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import table_streams
from humancentric.core.schemas import LISTING
from humancentric.sources import listing_readers

source, columns, splits = snakemake.params.source, dict(snakemake.params.columns), snakemake.params.splits
rows = table_streams.write_sorted(
    snakemake.output[0], listing_readers.stream(source, columns, splits), LISTING
)
log.info("%d rows offered", rows)
