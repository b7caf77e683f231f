"""Summarise the masking audit as shares with confidence intervals."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files, tables
from humancentric.core.schemas import GLYPHS, SURVIVAL, TOUCHED
from humancentric.masking.audit import summary

given, params = snakemake.input, snakemake.params
options = {"resamples": params.resamples, "seed": params.seed}
found = {"ink": [], "touched": [], "read": [], "engine": None, "reading": params.reading}
for about, glyphs, touched in zip(params.ink, given.glyphs, given.touched, strict=True):
    found["ink"] += summary.told(summary.ink(tables.read(glyphs, GLYPHS), **options), **about)
    found["touched"] += summary.told(summary.touched(tables.read(touched, TOUCHED), **options), **about)
for about, path in zip(params.subjects, given.survival, strict=True):
    metadata = tables.read_metadata(path)
    row = summary.read(tables.read(path, SURVIVAL), metadata, **options)
    found["read"] += summary.told([row], **about)
    found["engine"] = metadata.get(summary.ENGINE, found["engine"])
found["paper"] = files.read_json(given.paper)["masking"]
files.write_json(snakemake.output[0], found)
log.info("%d shares of ink, %d of what is read", len(found["ink"]), len(found["read"]))
