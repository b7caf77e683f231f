"""Embed one image view of a dataset with one frozen encoder: one file per split."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.embedding import embedding_writer, encoders
from humancentric.embedding.embedding_store import EmbeddingWriter
from humancentric.embedding.weights_lock import pinned

with logs.stage("load"):
    name, row = snakemake.wildcards.encoder, dict(snakemake.params.encoder)
    exact = pinned(row, snakemake.input.weights)
    encoder = encoders.load(exact, name, snakemake.threads)
outputs = embedding_writer.by_split(snakemake.output)
samples = embedding_writer.of_splits(embedding_writer.read_samples(snakemake.input.samples), list(outputs))
metadata = {"encoder": name, "row": row, "revision": exact.get("revision"), **encoder.description}
pieces = EmbeddingWriter(embedding_writer.spool_of(outputs), encoder.width, metadata)
with logs.stage(f"embed {len(samples)} images"):
    workers = embedding_writer.workers(encoder, snakemake.threads)
    pace = embedding_writer.embed_images(samples, snakemake.input.images, encoder, pieces, workers)
pieces.write(outputs, samples, metadata)
log.info("%s: %d numbers each, on %s; %s", name, encoder.width, encoder.description["device"], pace)
