"""The figures of a study as PDF and PNG."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric import schemas, tables
from humancentric.reporting.figures import write_figures

scores = tables.read(snakemake.input.scores, schemas.SCORES)
for path in write_figures(scores, snakemake.params.study, Path(snakemake.output[0]).parent):
    log.info("%s", path)
