"""Read the images of one shard of a dataset from local files; write images and rejects."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import IMAGES, REJECTS
from humancentric.sources import kinds, picture_files
from humancentric.study.settings import min_match

params, shard = snakemake.params, snakemake.wildcards.shard
samples = picture_files.in_shard(snakemake.input.listing, shard, params.shards)
with logs.stage("read images"):
    contents = kinds.picture_reader(params.pictures)
    least = min_match(snakemake.config)
    images, rejects = picture_files.read_shard(
        samples, contents, min_side=params.min_side, root=params.pictures["root"], least=least
    )
log.info("%d pictures, %d rejected", len(images), len(rejects))
tables.write(snakemake.output.images, images, IMAGES)
tables.write(snakemake.output.rejects, rejects, REJECTS)
