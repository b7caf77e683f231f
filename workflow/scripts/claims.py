"""Judge every claim from stored predictions alone: estimate, interval and verdict."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files, schemas, tables
from humancentric.evaluation.claims import verdicts
from humancentric.study.study import Study

given = snakemake.input
scores = verdicts.score(
    given.get("samples", []),
    given.get("predictions", []),
    given.get("fewshot", []),
    Study.from_params(snakemake.params.study),
    files.read_json(given.paper),
    given.get("item_scores", []),
)
tables.write(snakemake.output.table, verdicts.table(scores["claims"]), schemas.CLAIMS)
files.write_json(snakemake.output.json, scores)
for claim in scores["claims"]:
    log.info("%s: %s (%d contrasts)", claim["claim"], claim["verdict"], len(claim["contrasts"]))
