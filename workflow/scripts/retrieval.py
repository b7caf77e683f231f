"""Rank the texts of a test split for every picture, and the pictures for every text, by one pair of encoders.

Write the metrics with intervals, the rank of every query, and the scores of the test items for claims.
"""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import torch

from humancentric.core import files, schemas, tables
from humancentric.embedding import feature_vectors
from humancentric.evaluation import sample_scores
from humancentric.probing import retrieval

torch.set_num_threads(snakemake.threads)
scores, ranks, items = retrieval.score(
    snakemake.input.samples,
    feature_vectors.by_split(snakemake.input.embeddings),
    snakemake.input.get("ids", []),
    dataset=snakemake.wildcards.dataset,
    features_name=snakemake.wildcards.features,
    column=snakemake.params.column,
    shared=snakemake.params.shared,
    cluster=snakemake.params.cluster,
    options=snakemake.params.options,
)
about = {key: scores[key] for key in ("dataset", "features", "chance")}
tables.write(snakemake.output.ranks, ranks, schemas.RANKS, about)
about = {"task": "retrieval", **about}
sample_scores.write_items(snakemake.output.values, *items, about)
files.write_json(snakemake.output.scores, scores)
