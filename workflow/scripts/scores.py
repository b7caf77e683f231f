"""Collect every number of the study in one table."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import schemas, tables
from humancentric.evaluation import scores

stages = (
    "transfer",
    "control",
    "fewshot",
    "zeroshot",
    "differences",
    "chance",
    "ood",
    "clusters",
    "retrieval",
)
table = scores.gather({stage: snakemake.input.get(stage, []) for stage in stages})
tables.write(snakemake.output[0], table, schemas.SCORES)
log.info("%d numbers", len(table))
