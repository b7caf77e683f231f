"""The tables of a study as LaTeX, CSV and Markdown."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric import schemas, tables
from humancentric.reporting import beside
from humancentric.reporting.table_files import write_tables

given = snakemake.input

scores = tables.read(given.scores, schemas.SCORES)
facts = beside.read(given.paper, *(given.get(name, []) for name in ("cards", "texts", "timings", "claims")))
folder = Path(snakemake.output[0]).parent
for path in write_tables(scores, snakemake.params.study, facts, folder):
    log.info("%s", path)
