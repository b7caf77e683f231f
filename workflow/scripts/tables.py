"""Write the tables of a study as LaTeX, CSV and Markdown."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.report import report_inputs
from humancentric.report.specs import write_captions
from humancentric.report.tables import study_tables, write_tables
from humancentric.study.study import Study

given = snakemake.input

facts = {name: given.get(name, []) for name in ("cards", "texts", "timings", "claims", "further")}
inputs = report_inputs.read(given.scores, given.paper, **facts)
study, folder = Study.from_params(snakemake.params.study), Path(snakemake.output[0]).parent
for path in write_tables(inputs, study, folder) + write_captions(study_tables(study), study, folder):
    log.info("%s", path)
