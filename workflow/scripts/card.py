"""Write the card of a dataset, its Croissant description, and its shareable ids."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.core import files, tables
from humancentric.core.schemas import IDS, LISTING, REJECTS, SAMPLES
from humancentric.dataset import card_text, croissant
from humancentric.dataset.card_facts import facts
from humancentric.dataset.picture_hashes import survey
from humancentric.dataset.shareable_ids import identities

given, made = snakemake.input, snakemake.output
images = list(given.images)
listing, samples = tables.read(given.listing, LISTING), tables.read(given.samples, SAMPLES)
rejects, reference = tables.read(given.rejects, REJECTS), files.read_json(given.paper)
with logs.stage("pictures"):
    pictures = survey(images)
tables.write(made.ids, identities(samples, pictures.sha256), IDS)
counts = tables.read_metadata(given.listing)
found = facts(snakemake.params.about, listing, counts, samples, rejects, pictures, reference)
found["leakage"] = files.read_json(given.leakage[0]) if given.leakage else None
named = {
    "samples": [given.samples],
    "rejects": [given.rejects],
    "listing": [given.listing],
    "ids": [made.ids],
}
parts = croissant.parts(Path(made.facts).parent, {**named, "pictures": images})
files.write_json(made.croissant, croissant.describe(found, parts))
files.write_text(made.card, card_text.render(found))
files.write_json(made.facts, found)
log.info(croissant.sentence(found))
