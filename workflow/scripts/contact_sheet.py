"""Draw a contact sheet of pictures before masking, with their boxes, and after."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.masking import contact_sheets

inputs, params = snakemake.input, snakemake.params
with logs.stage("read"):
    shown = contact_sheets.examples(inputs.before, inputs.after, inputs.masks, params.number, params.seed)
if not params.publish:
    shown = contact_sheets.hidden(shown)
sheet = contact_sheets.contact_sheet(shown, params.title)
files.write_bytes(snakemake.output[0], contact_sheets.png(sheet))
log.info("%d pictures, %d x %d pixels", len(shown), *sheet.size)
