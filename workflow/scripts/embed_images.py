"""Embed one image view of a dataset with one frozen encoder: one file per split."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.embedding import dataset_embedding, embedding_ranges, encoders, throughput
from humancentric.embedding.embedding_writer import EmbeddingWriter

with logs.stage("load"):
    name, row = snakemake.wildcards.encoder, dict(snakemake.params.encoder)
    exact = encoders.pinned(row, snakemake.input.weights)
    encoder = encoders.load(exact, name, snakemake.threads)
outputs = dataset_embedding.by_split(snakemake.output)
samples = dataset_embedding.of_splits(dataset_embedding.read_samples(snakemake.input.samples), list(outputs))
if snakemake.wildcards.get("number"):  # a job for a range of shards
    samples = embedding_ranges.in_shards(samples, snakemake.input.images)
metadata = {"encoder": name, "row": row, "revision": exact.get("revision"), **encoder.description}
writer = EmbeddingWriter(dataset_embedding.cache_folder(outputs), encoder.width, metadata)
with logs.stage(f"embed {len(samples)} images"):
    decoders = dataset_embedding.decoding_threads(encoder, snakemake.threads)
    measure = dataset_embedding.embed_images(samples, snakemake.input.images, encoder, writer, decoders)
measure.time_ready()
with measure.whole(throughput.WRITING):
    counts = measure.decoded if encoder.decode_files else {}
    writer.write(outputs, samples, {**metadata, **counts})
made = {key: encoder.description.get(key) for key in ("device", "dtype")}
throughput.save(measure, snakemake.log[0], **made)
log.info("%s: %d numbers each, on %s; %s", name, encoder.width, encoder.description["device"], measure)
