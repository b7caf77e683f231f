"""Copy the audited pictures and their boxes from a masked view."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import IMAGES, MASKS
from humancentric.masking import contact_sheets

inputs = snakemake.input
wanted = tables.read(inputs.original, IMAGES, ["id"])["id"].to_pylist()
tables.write(snakemake.output.images, contact_sheets.select_rows(inputs.images, IMAGES, wanted), IMAGES)
tables.write(snakemake.output.masks, contact_sheets.select_rows(inputs.masks, MASKS, wanted), MASKS)
log.info("%d pictures", len(wanted))
