"""Every sentence of the claims with its estimate, interval and verdict, from stored predictions alone."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import files, schemas, tables
from humancentric.claims import outputs

given = snakemake.input
scores = outputs.score(
    given.get("samples", []),
    given.get("predictions", []),
    given.get("fewshot", []),
    snakemake.params.study,
    files.read_json(given.paper),
)
tables.write(snakemake.output.table, outputs.table(scores["claims"]), schemas.CLAIMS)
files.write_json(snakemake.output.json, scores)
for claim in scores["claims"]:
    log.info("%s: %s (%d contrasts)", claim["claim"], claim["verdict"], len(claim["contrasts"]))
