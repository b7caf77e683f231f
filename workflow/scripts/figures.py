"""The figures of a study as PDF and PNG."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric import files, schemas, tables
from humancentric.reporting.figures import write_figures

scores = tables.read(snakemake.input.scores, schemas.SCORES)
claims = files.read_json(snakemake.input.claims[0]) if snakemake.input.get("claims") else None
for path in write_figures(scores, snakemake.params.study, Path(snakemake.output[0]).parent, claims):
    log.info("%s", path)
