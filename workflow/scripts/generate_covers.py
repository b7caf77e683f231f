"""Generate the demo's book covers in the raw layout of Book Covers, Task 1."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from demo_data.covers import write_covers

folder = Path(snakemake.output.train_listing).parent
with logs.stage("covers"):
    write_covers(folder, snakemake.params.number, snakemake.params.seed, snakemake.threads)
log.info("%d covers in %s", snakemake.params.number, folder)
