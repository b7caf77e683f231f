"""Vectors of one image view of a dataset by one frozen encoder: one file per split."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import embedding, encoders
from humancentric.weights_lock import pinned

with logs.stage("load"):
    name, row = snakemake.wildcards.encoder, dict(snakemake.params.encoder)
    encoder = encoders.load(pinned(row, snakemake.input.weights), name, snakemake.threads)
outputs = embedding.by_split(snakemake.output)
samples = embedding.of_splits(embedding.read_samples(snakemake.input.samples), list(outputs))
with logs.stage(f"embed {len(samples)} images"):
    ids = samples.column("id").to_pylist()
    batches = embedding.embed_images(set(ids), snakemake.input.images, encoder, snakemake.threads)
    vectors = embedding.collect(ids, batches, encoder.width)
metadata = {"encoder": name, "row": row, **encoder.description}
embedding.write(outputs, samples, vectors, metadata)
log.info("%s: %d images, %d numbers each, on %s", name, *vectors.shape, encoder.description["device"])
