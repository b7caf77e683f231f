"""Mask the audited images with a single detector, with or without the step for small white text."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import IMAGES, MASKS
from humancentric.core.tables import stream
from humancentric.masking import detectors
from humancentric.masking.image_masking import mask_shard

given, made, row = snakemake.input.original, snakemake.output, snakemake.params.detector
with logs.stage("load"):
    detector = detectors.load(row, f"detectors.{snakemake.wildcards.detector}")
with logs.stage("mask"), stream(made.images, IMAGES) as images, stream(made.masks, MASKS) as masks:
    pictures, total = tables.rows(given, IMAGES), tables.length(given)
    for picture, mask in mask_shard(pictures, total, detector, row, snakemake.threads):
        images.append(picture)
        masks.append(mask)
    masks.describe({"detector": row})
