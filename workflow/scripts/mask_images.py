"""One shard of pictures without their text, and the boxes that were masked."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import masking, tables
from humancentric.schemas import IMAGES, MASKS

row = snakemake.params.detector
with logs.stage("read"):
    images = tables.read(snakemake.input.images, IMAGES)
with logs.stage("mask"):
    pictures, masks = masking.mask_shard(images, row, snakemake.threads)
with logs.stage("write"):
    tables.write(snakemake.output.images, pictures, IMAGES)
    tables.write(snakemake.output.masks, masks, MASKS, {"detector": row})
