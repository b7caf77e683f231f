"""Embed one text view of a dataset with one frozen encoder: one file per split."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.embedding import dataset_embedding, embedding_ranges, encoders, text_embedding, throughput
from humancentric.embedding.embedding_writer import EmbeddingWriter

with logs.stage("load"):
    name, row = snakemake.wildcards.encoder, dict(snakemake.params.encoder)
    exact = encoders.pinned(row, snakemake.input.weights)
    encoder = encoders.load(exact, name, snakemake.threads)
outputs, column = dataset_embedding.by_split(snakemake.output), snakemake.params.column
samples = dataset_embedding.read_samples(snakemake.input.samples, column)
encoder = text_embedding.fitted(encoder, samples, column)
samples = dataset_embedding.of_splits(samples, list(outputs))
if snakemake.wildcards.get("number"):  # a job for a range of the texts
    samples = embedding_ranges.of_texts(
        samples, *map(int, (snakemake.wildcards.number, snakemake.wildcards.jobs))
    )
metadata = {
    "encoder": name,
    "row": row,
    "revision": exact.get("revision"),
    "column": column,
    **encoder.description,
}
writer = EmbeddingWriter(dataset_embedding.cache_folder(outputs), encoder.width, metadata)
with logs.stage(f"embed {len(samples)} texts"):
    measure = text_embedding.embed_texts(samples, column, encoder, writer, snakemake.threads)
counts = text_embedding.texts_summary(samples, column, encoder, measure.truncated)
with measure.whole(throughput.WRITING):
    writer.write(outputs, samples, {**metadata, **counts})
made = {key: encoder.description.get(key) for key in ("device", "dtype")}
throughput.save(measure, snakemake.log[0], **made)
log.info("%s: %d numbers each, on %s; %s", name, encoder.width, encoder.description["device"], measure)
log.info("%(truncated)d of %(texts)d texts are longer than the context, %(empty)d are empty", counts)
