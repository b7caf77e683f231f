"""Collect the largest difference between stored and recomputed embeddings over the study."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.embedding import diagnostics

found = diagnostics.summarise(snakemake.input.parts)
files.write_json(snakemake.output[0], found)
log.info("%d embeddings, largest relative difference %.1e", len(found["embeddings"]), found["largest"])
for name in found["suspicious"]:
    log.warning("%s: vectors differ by more than %.0e", name, diagnostics.TOLERANCE)
