"""Copy the images of one shard of a subset, byte for byte, from the whole dataset."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.hashing import shard_of
from humancentric.core.schemas import IMAGES, LISTING, REJECTS
from humancentric.sources.subset import pictures

shards, shard = snakemake.params.shards, snakemake.wildcards.shard
listed = tables.read(snakemake.input.listing, LISTING, ["id"])["id"].to_pylist()
wanted = {sample for sample in listed if shard_of(sample, shards) == shard}
images = pictures(snakemake.input.images, wanted)
log.info("%d of %d listed have a picture", images.num_rows, len(wanted))
tables.write(snakemake.output.images, images, IMAGES)
tables.write(snakemake.output.rejects, REJECTS.empty(), REJECTS)
