"""Mask the text in one shard of images; write the masked images and the boxes."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import IMAGES, MASKS
from humancentric.core.tables import stream
from humancentric.masking import detectors
from humancentric.masking.image_masking import mask_shard
from humancentric.study.settings import detector_name

given, made, row = snakemake.input, snakemake.output, snakemake.params.detector
view = snakemake.wildcards.get("view", "masked")
name = detector_name(snakemake.config, snakemake.wildcards.dataset, view)
with logs.stage("load"):
    before = next(iter(given.boxes), None) if "of" in row else None
    detector = detectors.load(row, f"detectors.{name}", before)
with logs.stage("mask"), stream(made.images, IMAGES) as images, stream(made.masks, MASKS) as masks:
    pictures, total = tables.rows(given.images, IMAGES), tables.length(given.images)
    for picture, mask in mask_shard(pictures, total, detector, row, snakemake.threads):
        images.append(picture)
        masks.append(mask)
    masks.describe({"detector": row})
