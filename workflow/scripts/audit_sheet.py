"""Sheets of pictures before masking, with boxes, and after: drawn by lot, and the worst."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import contact_sheets, files, tables
from humancentric.audit import sheets
from humancentric.schemas import IMAGES, MASKS, SURVIVAL

given, params = snakemake.input, snakemake.params
pictures = [tables.read(path, IMAGES) for path in (given.before, given.after)]
masks, survival = tables.read(given.masks, MASKS), tables.read(given.survival, SURVIVAL)
title = f"{params.title}: {snakemake.wildcards.subject}"
chosen = {
    "drawn": (sheets.by_lot(masks, params.number, params.seed), f"{title}, by lot (seed {params.seed})"),
    "worst": (sheets.worst(survival, params.number), f"{title}, where most characters survive"),
}
for name, (wanted, heading) in chosen.items():
    if not wanted:
        heading += ": there are none"
    shown = sheets.examples(*pictures, masks, survival, wanted)
    shown = shown if params.publish else contact_sheets.hidden(shown)
    drawn = contact_sheets.sheet(shown, heading, sheets.GROUPS)
    files.write_bytes(snakemake.output[name], contact_sheets.png(drawn))
    log.info("%s: %d pictures", snakemake.output[name], len(shown))
