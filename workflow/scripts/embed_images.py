"""Vectors of one image view of a dataset by one frozen encoder: one file per split."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import embedding, encoders
from humancentric.vector_store import Pieces
from humancentric.weights_lock import pinned

with logs.stage("load"):
    name, row = snakemake.wildcards.encoder, dict(snakemake.params.encoder)
    exact = pinned(row, snakemake.input.weights)
    encoder = encoders.load(exact, name, snakemake.threads)
outputs = embedding.by_split(snakemake.output)
samples = embedding.of_splits(embedding.read_samples(snakemake.input.samples), list(outputs))
metadata = {"encoder": name, "row": row, "revision": exact.get("revision"), **encoder.description}
pieces = Pieces(embedding.spool_of(outputs), encoder.width, metadata)
with logs.stage(f"embed {len(samples)} images"):
    workers = embedding.workers(encoder, snakemake.threads)
    pace = embedding.embed_images(samples, snakemake.input.images, encoder, pieces, workers)
pieces.write(outputs, samples, metadata)
log.info("%s: %d numbers each, on %s; %s", name, encoder.width, encoder.description["device"], pace)
