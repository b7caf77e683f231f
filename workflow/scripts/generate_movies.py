"""Generate the demo's catalogue of films and their posters."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from demo_data.film_posters import write_catalogue

folder = Path(snakemake.output.catalogue).parent
with logs.stage("catalogue"):
    write_catalogue(folder, snakemake.params.number, snakemake.params.seed, snakemake.threads)
log.info("%d films in %s", snakemake.params.number, folder)
