"""The listing of a published or a user's own dataset: what its source offers."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import tables
from humancentric.schemas import LISTING
from humancentric.sources import readers

listing = readers.read(snakemake.params.source, dict(snakemake.params.texts))
tables.write(snakemake.output[0], listing, LISTING)
log.info("%d rows offered", listing.num_rows)
