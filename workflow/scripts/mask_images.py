"""Mask the text in one shard of pictures; write the masked pictures and the boxes."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import IMAGES
from humancentric.masking import detectors
from humancentric.masking.image_masking import check_ids, mask_file
from humancentric.study.settings import detector_name, min_match, shards_of

inputs, row, wildcards = snakemake.input, snakemake.params.detector, snakemake.wildcards
name = detector_name(snakemake.config, wildcards.dataset, wildcards.get("view", "masked"))
with logs.stage("load"):
    boxes = next(iter(inputs.boxes), None) if "of" in row else None
    detector = detectors.load(row, f"detectors.{name}", boxes)
    ids = tables.read(inputs.images, IMAGES, ["id"])["id"].to_pylist()
    shards, least = shards_of(snakemake.config, wildcards.dataset), min_match(snakemake.config)
    check_ids(detector, ids, wildcards.shard, shards, least, f"detectors.{name}.path")
with logs.stage("mask"):
    mask_file(
        inputs.images, snakemake.output.images, snakemake.output.masks, detector, row, snakemake.threads
    )
