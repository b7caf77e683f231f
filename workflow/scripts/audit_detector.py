"""Mask the audited pictures with a single detector, with or without the step for small white text."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.masking import detectors
from humancentric.masking.image_masking import mask_file

output, row = snakemake.output, snakemake.params.detector
with logs.stage("load"):
    detector = detectors.load(row, f"detectors.{snakemake.wildcards.detector}")
with logs.stage("mask"):
    mask_file(snakemake.input.original, output.images, output.masks, detector, row, snakemake.threads)
