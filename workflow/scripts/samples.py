"""Samples and rejects of a dataset: together they are its listing."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import tables
from humancentric.samples import split_samples
from humancentric.schemas import LISTING, REJECTS, SAMPLES

listing = tables.read(snakemake.input.listing, LISTING)
image_rejects = tables.read_many(snakemake.input.rejects, REJECTS)
texts, split = dict(snakemake.params.texts), snakemake.params.split
declared, place = snakemake.params.splits, str(snakemake.input.listing)
samples, rejects = split_samples(listing, image_rejects, texts, split, declared, place)
tables.write(snakemake.output.samples, samples, SAMPLES)
tables.write(snakemake.output.rejects, rejects, REJECTS)
log.info("%d offered, %d samples, %d rejected", listing.num_rows, samples.num_rows, rejects.num_rows)
