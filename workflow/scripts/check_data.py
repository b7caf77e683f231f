"""Look at the data of a study before it runs, and estimate its costs."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.report import data_check
from humancentric.study.study import Study

params = snakemake.params
for line in data_check.check(Study.from_params(params.study), params.inputs, params.folder, params.cores):
    log.info("%s", line)
log.info("more, with a contact sheet of every dataset: %s/index.md", params.folder)
