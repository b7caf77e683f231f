"""Recompute a sample of one embedding's vectors and compare them with the stored ones."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.embedding import dataset_embedding, diagnostics, encoders

name, row = snakemake.wildcards.encoder, dict(snakemake.params.encoder)
stored = dataset_embedding.by_split(snakemake.input.embeddings)
chosen = diagnostics.choose_ids(stored, row, snakemake.params.share, snakemake.params.seed)
with logs.stage("load"):
    encoder = encoders.load(encoders.pinned(row, snakemake.input.weights), name, snakemake.threads)
column = snakemake.params.column
samples = dataset_embedding.read_samples(snakemake.input.samples, column)
with logs.stage("recompute"):
    recomputed = diagnostics.recompute(encoder, samples, chosen, snakemake.input.images, column)
found = diagnostics.compare(stored, recomputed)
if row.get("dtype", diagnostics.EXACT) != diagnostics.EXACT:
    with logs.stage("compare with float32"):
        exact = encoders.pinned({**row, "dtype": diagnostics.EXACT}, snakemake.input.weights)
        exact = encoders.load(exact, name, snakemake.threads)
        reference = diagnostics.recompute(exact, samples, chosen, snakemake.input.images, column)
    for split, cosines in diagnostics.cosines(stored, reference).items():
        found[split] |= cosines
        log.info(
            "%s: cosine with %s %.6f at least, %.6f on average", split, diagnostics.EXACT, *cosines.values()
        )
files.write_json(snakemake.output[0], {"view": snakemake.wildcards.view, "encoder": name, "splits": found})
for split, result in found.items():
    log.info("%s: %d of %d vectors, largest relative difference %.1e", split, *list(result.values())[:3])
