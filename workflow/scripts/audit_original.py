"""Draw the seeded sample of a dataset's images that is read before and after masking."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import IMAGES
from humancentric.masking.audit import audit_sheets

given, params = snakemake.input.images, snakemake.params
wanted = audit_sheets.drawn(given, IMAGES, params.pictures, params.seed)
tables.write(snakemake.output[0], audit_sheets.taken(given, IMAGES, wanted), IMAGES)
log.info("%d pictures", len(wanted))
