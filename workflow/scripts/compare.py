"""What changed between two runs, number by number."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric.comparing import change_files, change_sheets

sides = (snakemake.params.left, snakemake.params.right)
found, differing = change_files.compare(*sides)
for path in change_files.write(found, differing, sides, snakemake.input.template, snakemake.params.folder):
    log.info("%s", path)
for line in change_sheets.summary(found, differing):
    log.info("%s", line)
