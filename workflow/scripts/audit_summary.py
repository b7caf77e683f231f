"""Summarise the masking audit as shares with confidence intervals."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files, tables
from humancentric.core.schemas import GLYPHS, SURVIVAL, TOUCHED
from humancentric.masking.audit import summary

inputs, params = snakemake.input, snakemake.params
options = {"resamples": params.resamples, "seed": params.seed}
found = {"ink": [], "touched": [], "read": [], "engine": None, "reading": params.reading}
for about, glyphs, touched in zip(params.ink, inputs.glyphs, inputs.touched, strict=True):
    found["ink"] += summary.labelled(summary.known_text(tables.read(glyphs, GLYPHS), **options), **about)
    found["touched"] += summary.labelled(summary.touched(tables.read(touched, TOUCHED), **options), **about)
for about, path in zip(params.subjects, inputs.survival, strict=True):
    metadata = tables.read_metadata(path)
    row = summary.read(tables.read(path, SURVIVAL), metadata, **options)
    found["read"] += summary.labelled([row], **about)
    found["engine"] = metadata.get(summary.ENGINE, found["engine"])
found["paper"] = files.read_json(inputs.paper)["masking"]
files.write_json(snakemake.output[0], found)
log.info("%d shares of ink, %d of what is read", len(found["ink"]), len(found["read"]))
