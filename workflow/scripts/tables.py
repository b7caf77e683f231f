"""Write the tables of a study as LaTeX, CSV and Markdown."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.core import schemas, tables
from humancentric.report import report_inputs
from humancentric.report.tables.table_files import write_tables
from humancentric.study.study import Study

given = snakemake.input

scores = tables.read(given.scores, schemas.SCORES)
facts = report_inputs.read(
    given.paper, *(given.get(name, []) for name in ("cards", "texts", "timings", "claims"))
)
folder = Path(snakemake.output[0]).parent
for path in write_tables(scores, Study.from_params(snakemake.params.study), facts, folder):
    log.info("%s", path)
