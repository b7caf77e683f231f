"""Measure the milliseconds per image of one frozen encoder on this machine."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.embedding import diagnostics, encoders

name = snakemake.wildcards.encoder
row = encoders.pinned(snakemake.params.encoder, snakemake.input.weights)
encoder = encoders.load(row, name, snakemake.threads)
found = diagnostics.time_per_picture(encoder, snakemake.params.pictures, snakemake.threads)
files.write_json(snakemake.output[0], {"encoder": name, **found})
log.info("%s: %.2f ms a picture on %s", name, found["milliseconds"], found["device"])
