"""Compare two runs number by number."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.report import change_report

sides = (snakemake.params.left, snakemake.params.right)
found, differing = change_report.compare(*sides)
for path in change_report.write(found, differing, sides, snakemake.input.template, snakemake.params.folder):
    log.info("%s", path)
for line in change_report.summary(found, differing):
    log.info("%s", line)
