"""Embed one text view of a dataset with one frozen encoder: one file per split."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.embedding import embedding_writer, encoders
from humancentric.embedding.embedding_store import EmbeddingWriter
from humancentric.embedding.weights_lock import pinned

with logs.stage("load"):
    name, row = snakemake.wildcards.encoder, dict(snakemake.params.encoder)
    exact = pinned(row, snakemake.input.weights)
    encoder = encoders.load(exact, name, snakemake.threads)
outputs, column = embedding_writer.by_split(snakemake.output), snakemake.params.column
samples = embedding_writer.read_samples(snakemake.input.samples, column)
encoder = embedding_writer.fitted(encoder, samples, column)
samples = embedding_writer.of_splits(samples, list(outputs))
metadata = {
    "encoder": name,
    "row": row,
    "revision": exact.get("revision"),
    "column": column,
    **encoder.description,
}
pieces = EmbeddingWriter(embedding_writer.spool_of(outputs), encoder.width, metadata)
with logs.stage(f"embed {len(samples)} texts"):
    pace = embedding_writer.embed_texts(samples, column, encoder, pieces)
counts = embedding_writer.texts_summary(samples, column, encoder)
pieces.write(outputs, samples, {**metadata, **counts})
log.info("%s: %d numbers each, on %s; %s", name, encoder.width, encoder.description["device"], pace)
log.info("%(truncated)d of %(texts)d texts are longer than the context, %(empty)d are empty", counts)
