"""Make the views of the reading study from one shard of pictures and the boxes of its masked view."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.masking.image_masking import mask_file
from humancentric.masking.text_doses import load, mirror_file
from humancentric.study.reading_grid import MIRROR

images, masks = iter(snakemake.output.images), iter(snakemake.output.masks)
for view, row in snakemake.params.detectors.items():
    with logs.stage(view):
        if row == MIRROR:
            mirror_file(snakemake.input.images, next(images))
            continue
        detector = load(row, snakemake.input.boxes)
        mask_file(snakemake.input.images, next(images), next(masks), detector, row, snakemake.threads)
