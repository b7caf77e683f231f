"""The seeded pictures of a dataset that are read before and after masking."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import tables
from humancentric.audit import drawing
from humancentric.schemas import IMAGES

given, params = snakemake.input.images, snakemake.params
wanted = drawing.drawn(given, IMAGES, params.pictures, params.seed)
tables.write(snakemake.output[0], drawing.taken(given, IMAGES, wanted), IMAGES)
log.info("%d pictures", len(wanted))
