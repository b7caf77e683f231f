"""Count the texts that each encoder truncates."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.embedding import diagnostics

found = diagnostics.truncation_counts(snakemake.input.embeddings)
files.write_json(snakemake.output[0], found)
for dataset, parts in found.items():
    for name, row in parts.items():
        log.info("%s, %s: %s of %s texts are truncated", dataset, name, row["truncated"], row["texts"])
