"""Draw the figures of a study as PDF and PNG."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.report import report_inputs
from humancentric.report.figures import study_figures, write_figures
from humancentric.report.report_inputs import CellFiles
from humancentric.report.specs import write_captions
from humancentric.study.study import Study

given = snakemake.input

inputs = report_inputs.read(
    given.scores,
    claims=given.get("claims", []),
    predictions=CellFiles(given.predictions, given.samples, given.masks),
    further=given.get("further", []),
)
study, folder = Study.from_params(snakemake.params.study), Path(snakemake.output[0]).parent
for path in write_figures(inputs, study, folder) + write_captions(study_figures(study), study, folder):
    log.info("%s", path)
