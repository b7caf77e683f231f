"""The same pictures masked by a detector on its own, with or without the step for small white text."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import masking, tables
from humancentric.schemas import IMAGES, MASKS

row, place = snakemake.params.detector, f"detectors.{snakemake.wildcards.detector}"
images = tables.read(snakemake.input.original, IMAGES)
with logs.stage("mask"):
    pictures, masks = masking.mask_shard(images, row, snakemake.threads, place)
tables.write(snakemake.output.images, pictures, IMAGES)
tables.write(snakemake.output.masks, masks, MASKS, {"detector": row})
