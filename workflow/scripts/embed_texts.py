"""Vectors of one text view of a dataset by one frozen encoder: one file per split."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import embedding, encoders
from humancentric.vector_store import Pieces
from humancentric.weights_lock import pinned

with logs.stage("load"):
    name, row = snakemake.wildcards.encoder, dict(snakemake.params.encoder)
    exact = pinned(row, snakemake.input.weights)
    encoder = encoders.load(exact, name, snakemake.threads)
outputs, column = embedding.by_split(snakemake.output), snakemake.params.column
samples = embedding.read_samples(snakemake.input.samples, column)
encoder = embedding.fitted(encoder, samples, column)
samples = embedding.of_splits(samples, list(outputs))
metadata = {
    "encoder": name,
    "row": row,
    "revision": exact.get("revision"),
    "column": column,
    **encoder.description,
}
pieces = Pieces(embedding.spool_of(outputs), encoder.width, metadata)
with logs.stage(f"embed {len(samples)} texts"):
    pace = embedding.embed_texts(samples, column, encoder, pieces)
counts = embedding.texts_summary(samples, column, encoder)
pieces.write(outputs, samples, {**metadata, **counts})
log.info("%s: %d numbers each, on %s; %s", name, encoder.width, encoder.description["device"], pace)
log.info("%(truncated)d of %(texts)d texts are longer than the context, %(empty)d are empty", counts)
