"""Draw audit contact sheets (original, boxes, masked) of random images and of the worst ones."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files, tables
from humancentric.core.schemas import IMAGES, MASKS, SURVIVAL
from humancentric.masking import contact_sheets
from humancentric.masking.audit import audit_sheets

given, params = snakemake.input, snakemake.params
pictures = [tables.read(path, IMAGES) for path in (given.before, given.after)]
masks, survival = tables.read(given.masks, MASKS), tables.read(given.survival, SURVIVAL)
title = f"{params.title}: {snakemake.wildcards.subject}"
chosen = {
    "drawn": (
        audit_sheets.by_lot(masks, params.number, params.seed),
        f"{title}, by lot (seed {params.seed})",
    ),
    "worst": (audit_sheets.worst(survival, params.number), f"{title}, where most characters survive"),
}
for name, (wanted, heading) in chosen.items():
    if not wanted:
        heading += ": there are none"
    shown = audit_sheets.examples(*pictures, masks, survival, wanted)
    shown = shown if params.publish else contact_sheets.hidden(shown)
    drawn = contact_sheets.sheet(shown, heading, audit_sheets.GROUPS)
    files.write_bytes(snakemake.output[name], contact_sheets.png(drawn))
    log.info("%s: %d pictures", snakemake.output[name], len(shown))
