"""Judge the ladder of encoders from stored predictions: contrasts at one width, and leads by rating of classes."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.evaluation import ladder_verdicts
from humancentric.study.study import Study

given = snakemake.input
study = Study.from_params(snakemake.params.study)
scores = ladder_verdicts.score(given.samples, given.predictions, given.ratings[0], study)
files.write_json(snakemake.output[0], scores)
for claim in scores["claims"]:
    log.info("%s, %s: %s", claim["family"], claim["claim"], claim["verdict"])
