"""Write the card of a dataset, its Croissant description, and its shareable ids."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.core import files, tables
from humancentric.core.schemas import IDS, LISTING, REJECTS, SAMPLES
from humancentric.dataset import card_text, croissant
from humancentric.dataset.card_facts import facts, survey
from humancentric.dataset.shareable_ids import identities

inputs, outputs = snakemake.input, snakemake.output
images = list(inputs.images)
listing, samples = tables.read(inputs.listing, LISTING), tables.read(inputs.samples, SAMPLES)
rejects, reference = tables.read(inputs.rejects, REJECTS), files.read_json(inputs.paper)
with logs.stage("pictures"):
    pictures = survey(images)
tables.write(outputs.ids, identities(samples, pictures.sha256), IDS)
counts = tables.read_metadata(inputs.listing)
found = facts(snakemake.params.about, listing, counts, samples, rejects, pictures, reference)
found["leakage"] = files.read_json(inputs.leakage[0]) if inputs.leakage else None
contents = {
    "samples": [inputs.samples],
    "rejects": [inputs.rejects],
    "listing": [inputs.listing],
    "ids": [outputs.ids],
}
parts = croissant.parts(Path(outputs.facts).parent, {**contents, "pictures": images})
description = files.json_text(croissant.describe(found, parts))
files.write_text(outputs.croissant, description + "\n")  # without a checksum, which Croissant has no key for
files.write_text(outputs.card, card_text.render(found))
files.write_json(outputs.facts, found)
log.info(croissant.sentence(found))
