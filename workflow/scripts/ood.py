"""Score how far the samples of unknown data are from the known ones, in the embedding of one encoder."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.probing import out_of_distribution

given, params, wildcards = snakemake.input, snakemake.params, snakemake.wildcards
comparison, features = wildcards.comparison, wildcards.features
results, found, scores = out_of_distribution.score(
    dict(zip(params.datasets, given.samples, strict=True)),
    given.train,
    dict(zip(params.datasets, given.tests, strict=True)),
    next(iter(given.get("prompts", [])), None),
    params.row,
    comparison=comparison,
    features_name=features,
    clusters=params.clusters,
    **params.options,
)
out_of_distribution.write_scores(snakemake.output.scores, found, scores)
out_of_distribution.write_values(
    snakemake.output.values, found, scores[params.row["score"]], comparison, features
)
files.write_json(snakemake.output.results, results)
