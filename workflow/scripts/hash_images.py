"""Fingerprints of one shard of pictures: of their bytes, and of how they look."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import tables
from humancentric.leakage.picture_hashes import fingerprints
from humancentric.schemas import HASHES

with logs.stage("hash pictures"):
    hashes = fingerprints(snakemake.input.images)
tables.write(snakemake.output[0], hashes, HASHES)
log.info("%d pictures, %d too plain for a perceptual hash", hashes.num_rows, hashes["phash"].null_count)
