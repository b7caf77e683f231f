"""The same pictures as a masked view has them, and their boxes."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import tables
from humancentric.audit import drawing
from humancentric.schemas import IMAGES, MASKS

given = snakemake.input
wanted = tables.read(given.original, IMAGES, ["id"])["id"].to_pylist()
tables.write(snakemake.output.images, drawing.taken(given.images, IMAGES, wanted), IMAGES)
tables.write(snakemake.output.masks, drawing.taken(given.masks, MASKS, wanted), MASKS)
log.info("%d pictures", len(wanted))
