"""The tables of a study as LaTeX, CSV and Markdown."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric import files, schemas, tables
from humancentric.reporting.table_files import write_tables

scores = tables.read(snakemake.input.scores, schemas.SCORES)
reference = files.read_json(snakemake.input.paper)
folder = Path(snakemake.output[0]).parent
for path in write_tables(scores, snakemake.params.study, reference, folder):
    log.info("%s", path)
