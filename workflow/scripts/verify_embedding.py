"""Recompute a sample of one embedding's vectors and compare them with the stored ones."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.embedding import embedding_writer, encoders, verification
from humancentric.embedding.weights_lock import pinned

name, row = snakemake.wildcards.encoder, dict(snakemake.params.encoder)
stored = embedding_writer.by_split(snakemake.input.embeddings)
chosen = verification.choose(stored, row, snakemake.params.share, snakemake.params.seed)
with logs.stage("load"):
    encoder = encoders.load(pinned(row, snakemake.input.weights), name, snakemake.threads)
column = snakemake.params.column
samples = embedding_writer.read_samples(snakemake.input.samples, column)
with logs.stage("embed again"):
    again = verification.again(encoder, samples, chosen, snakemake.input.images, column)
found = verification.compare(stored, again)
files.write_json(snakemake.output[0], {"view": snakemake.wildcards.view, "encoder": name, "splits": found})
for split, result in found.items():
    log.info("%s: %d of %d vectors, largest relative difference %.1e", split, *result.values())
