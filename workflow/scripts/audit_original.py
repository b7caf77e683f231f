"""Select a seeded sample of a dataset's pictures, on which OCR runs before and after masking."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.hashing import hash_order
from humancentric.core.schemas import IMAGES
from humancentric.masking import contact_sheets

paths, params = snakemake.input.images, snakemake.params
ids = tables.read_many(paths, IMAGES, ["id"])["id"].to_pylist()
wanted = hash_order(ids, params.seed)[: params.pictures]
tables.write(snakemake.output[0], contact_sheets.select_rows(paths, IMAGES, wanted), IMAGES)
log.info("%d pictures", len(wanted))
