"""How many texts each encoder reads only the beginning of."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import files, text_lengths

found = text_lengths.counts(snakemake.input.embeddings)
files.write_json(snakemake.output[0], found)
for dataset, parts in found.items():
    for name, row in parts.items():
        log.info("%s, %s: %s of %s texts are cut", dataset, name, row["truncated"], row["texts"])
