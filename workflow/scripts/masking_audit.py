"""Write the tables of the masking audit as LaTeX, CSV and Markdown."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.core import files
from humancentric.report.tables import audit_table
from humancentric.report.tables.table_files import WRITERS
from humancentric.study.study import Study

summary = files.read_json(snakemake.input.summary)
folder = Path(snakemake.output[0]).parent
for sheet in audit_table.sheets(summary, Study.from_params(snakemake.params.study)):
    for kind, write in WRITERS.items():
        files.write_text(folder / f"{sheet.name}.{kind}", write(sheet))
        log.info("%s.%s", folder / sheet.name, kind)
