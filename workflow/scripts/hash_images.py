"""Hash one shard of images: the sha256 of their bytes, and a perceptual hash (DCT)."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import HASHES
from humancentric.dataset.picture_hashes import fingerprints

with logs.stage("hash pictures"):
    hashes = fingerprints(snakemake.input.images)
tables.write(snakemake.output[0], hashes, HASHES)
log.info("%d pictures, %d too plain for a perceptual hash", hashes.num_rows, hashes["phash"].null_count)
