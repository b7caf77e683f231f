"""Mask the text in one shard of pictures; write the masked pictures and the boxes."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.masking import detectors
from humancentric.masking.image_masking import mask_file
from humancentric.study.settings import detector_name

inputs, row, wildcards = snakemake.input, snakemake.params.detector, snakemake.wildcards
name = detector_name(snakemake.config, wildcards.dataset, wildcards.get("view", "masked"))
with logs.stage("load"):
    boxes = next(iter(inputs.boxes), None) if "of" in row else None
    detector = detectors.load(row, f"detectors.{name}", boxes)
with logs.stage("mask"):
    mask_file(
        inputs.images, snakemake.output.images, snakemake.output.masks, detector, row, snakemake.threads
    )
