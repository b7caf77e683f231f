"""Join the ranges of one embedding: one file per split."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.embedding import dataset_embedding, embedding_ranges

outputs = dataset_embedding.by_split(snakemake.output)
samples = dataset_embedding.of_splits(dataset_embedding.read_samples(snakemake.input.samples), list(outputs))
with logs.stage(f"join {len(samples)} vectors"):
    embedding_ranges.join(snakemake.input.parts, outputs, samples)
