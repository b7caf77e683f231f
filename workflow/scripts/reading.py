"""Judge from stored predictions how much of each encoder's score, and of its lead, depends on letters."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.evaluation import reading
from humancentric.study.study import Study

given, params = snakemake.input, snakemake.params
study = Study.from_params(params.study)
found = reading.score(given.samples, given.predictions, given.chance, given.masks, study, params.options)
files.write_json(snakemake.output[0], found)
for claim in found["claims"]:
    log.info("%s: %s (%d contrasts)", claim["claim"], claim["verdict"], len(claim["contrasts"]))
