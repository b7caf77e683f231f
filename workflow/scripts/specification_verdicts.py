"""Judge claims under every specification of their probes, and at the specifications that validation samples select."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.evaluation.claims import specification_verdicts
from humancentric.study.study import Study

given, params = snakemake.input, snakemake.params
found = specification_verdicts.score(
    given.samples,
    given.scores,
    Study.from_params(params.study),
    files.read_json(given.paper),
    params.margin,
)
files.write_json(snakemake.output[0], found)
for claim in found["claims"]:
    for contrast in claim["contrasts"]:
        log.info("%s, %s: %s", claim["claim"], contrast["setting"], contrast["answer"])
