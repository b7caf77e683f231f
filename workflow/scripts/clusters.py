"""Cluster one embedding by k-means, and compare the clusters with the classes."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.evaluation import sample_scores
from humancentric.probing import clusters

given, params, wildcards = snakemake.input, snakemake.params, snakemake.wildcards
results, values = clusters.score(
    given.samples,
    given.train,
    given.test,
    dataset=wildcards.dataset,
    features_name=wildcards.features,
    seeds=params.seeds,
    cluster=params.cluster,
    **params.options,
)
sample_scores.write_items(snakemake.output.values, *values)
files.write_json(snakemake.output.results, results)
