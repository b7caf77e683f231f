"""Generate the demo's object images in the raw layout of CIFAR-10 for Python."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from demo_data.objects import write_objects

with logs.stage("objects"):
    folder = Path(snakemake.output[0]).parent
    write_objects(folder, snakemake.params.number, snakemake.params.seed)
log.info("%d pictures in %s", snakemake.params.number, snakemake.output[0])
