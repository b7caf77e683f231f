"""One shard of a dataset whose pictures are there already: the pictures, and why some can't be used."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import local_images, tables
from humancentric.schemas import IMAGES, LISTING, REJECTS
from humancentric.shards import shard_of
from humancentric.sources import openers

params, shard = snakemake.params, snakemake.wildcards.shard
listing = tables.read(snakemake.input.listing, LISTING, ["id", "image_source"]).to_pydict()
samples = [
    (sample, path)
    for sample, path in zip(listing["id"], listing["image_source"], strict=True)
    if shard_of(sample, params.shards) == shard
]
with logs.stage("read images"):
    contents = openers.opened(params.place)
    images, rejects = local_images.read_shard(samples, contents, min_side=params.min_side)
log.info("%d pictures, %d rejected", len(images), len(rejects))
tables.write(snakemake.output.images, images, IMAGES)
tables.write(snakemake.output.rejects, rejects, REJECTS)
