"""Copy the audited images, and their boxes, from a masked view."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import IMAGES, MASKS
from humancentric.masking.audit import audit_sheets

given = snakemake.input
wanted = tables.read(given.original, IMAGES, ["id"])["id"].to_pylist()
tables.write(snakemake.output.images, audit_sheets.taken(given.images, IMAGES, wanted), IMAGES)
tables.write(snakemake.output.masks, audit_sheets.taken(given.masks, MASKS, wanted), MASKS)
log.info("%d pictures", len(wanted))
