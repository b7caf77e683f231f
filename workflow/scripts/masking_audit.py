"""The tables of the masking audit as LaTeX, CSV and Markdown."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric import files
from humancentric.reporting import audit_table
from humancentric.reporting.table_files import WRITERS

summary = files.read_json(snakemake.input.summary)
folder = Path(snakemake.output[0]).parent
for sheet in audit_table.sheets(summary, snakemake.params.study):
    for kind, write in WRITERS.items():
        files.write_text(folder / f"{sheet.name}.{kind}", write(sheet))
        log.info("%s.%s", folder / sheet.name, kind)
