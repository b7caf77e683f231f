"""Draw contact sheets of the audit: random pictures, and those where the most characters survive."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files, tables
from humancentric.core.hashing import hash_order
from humancentric.core.schemas import IMAGES, MASKS, SURVIVAL
from humancentric.masking import contact_sheets

COLUMNS = 2  # examples side by side: large enough to read a title

inputs, params = snakemake.input, snakemake.params
before, after = (tables.read(path, IMAGES) for path in (inputs.before, inputs.after))
masks, survival = tables.read(inputs.masks, MASKS), tables.read(inputs.survival, SURVIVAL)
title = f"{params.title}: {snakemake.wildcards.subject}"
chosen = {
    "drawn": (
        hash_order(masks["id"].to_pylist(), params.seed)[: params.number],
        f"{title}, by lot (seed {params.seed})",
    ),
    "worst": (contact_sheets.worst_ids(survival, params.number), f"{title}, where most characters survive"),
}
for name, (wanted, heading) in chosen.items():
    if not wanted:
        heading += ": there are none"
    shown = contact_sheets.examples_of(wanted, before, after, masks, survival)
    shown = shown if params.publish else contact_sheets.hidden(shown)
    sheet = contact_sheets.contact_sheet(shown, heading, COLUMNS)
    files.write_bytes(snakemake.output[name], contact_sheets.png(sheet))
    log.info("%s: %d pictures", snakemake.output[name], len(shown))
