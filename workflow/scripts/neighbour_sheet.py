"""Draw test samples next to their nearest training samples under one encoder."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.embedding import dataset_embedding, neighbour_sheets
from humancentric.masking.contact_sheets import png

name, column = f"{snakemake.wildcards.view}.{snakemake.wildcards.encoder}", snakemake.params.column
counts = (snakemake.params.number, snakemake.params.nearest, snakemake.params.seed)
found = neighbour_sheets.matches(snakemake.input.test, snakemake.input.train, name, *counts)
wanted = sorted({*found, *(match.id for row in found.values() for match in row)})
if not snakemake.params.publish:
    contents = {sample: sample for sample in wanted}  # ids replace content that may not be shown
elif column is None:
    contents = neighbour_sheets.pictures(snakemake.input.images, wanted)
else:
    samples = dataset_embedding.read_samples(snakemake.input.samples, column).to_pydict()
    contents = {sample: text or "" for sample, text in zip(samples["id"], samples[column], strict=True)}
title = f"{snakemake.params.title}: {name}, nearest by cosine"
files.write_bytes(snakemake.output[0], png(neighbour_sheets.sheet(found, contents, title)))
log.info("%s: %d test samples with their nearest training samples", name, len(found))
