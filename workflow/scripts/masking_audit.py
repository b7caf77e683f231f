"""Write the tables of the masking audit as LaTeX, CSV and Markdown."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.core import files
from humancentric.report.audit_tables import audit_tables
from humancentric.report.tables import write_table
from humancentric.study.study import Study

summary = files.read_json(snakemake.input.summary)
for table in audit_tables(summary, Study.from_params(snakemake.params.study)):
    for path in write_table(table, Path(snakemake.output[0]).parent):
        log.info("%s", path)
