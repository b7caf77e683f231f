"""Draw the figures of a study as PDF and PNG."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.core import files, schemas, tables
from humancentric.report.cell_files import CellFiles
from humancentric.report.figures.figure_files import write_figures
from humancentric.study.study import Study

given, folder = snakemake.input, Path(snakemake.output[0]).parent
scores = tables.read(given.scores, schemas.SCORES)
claims = files.read_json(given.claims[0]) if given.get("claims") else None
cells = CellFiles(given.predictions, given.samples, given.masks)
for path in write_figures(scores, Study.from_params(snakemake.params.study), folder, claims, cells):
    log.info("%s", path)
