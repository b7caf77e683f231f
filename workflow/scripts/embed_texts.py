"""Vectors of one text view of a dataset by one frozen encoder: one file per split."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import embedding, encoders
from humancentric.weights_lock import pinned

with logs.stage("load"):
    name, row = snakemake.wildcards.encoder, dict(snakemake.params.encoder)
    encoder = encoders.load(pinned(row, snakemake.input.weights), name, snakemake.threads)
outputs, column = embedding.by_split(snakemake.output), snakemake.params.column
samples = embedding.read_samples(snakemake.input.samples, column)
encoder = embedding.fitted(encoder, samples, column)
samples = embedding.of_splits(samples, list(outputs))
with logs.stage(f"embed {len(samples)} texts"):
    batches = embedding.embed_texts(samples, column, encoder)
    vectors = embedding.collect(samples.column("id").to_pylist(), batches, encoder.width)
counts = embedding.texts_summary(samples, column, encoder)
metadata = {"encoder": name, "row": row, "column": column, **counts, **encoder.description}
embedding.write(outputs, samples, vectors, metadata)
log.info("%s: %d vectors of %d numbers, on %s", name, *vectors.shape, encoder.description["device"])
log.info("%(truncated)d of %(texts)d texts are longer than the context, %(empty)d are empty", counts)
