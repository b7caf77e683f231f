"""Estimate how the lead of language-supervised encoders over the others changes on later samples."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.evaluation import diff_in_diff

given, params = snakemake.input, snakemake.params
scores = diff_in_diff.score(
    given.before_samples,
    dict(zip(params.features, given.before, strict=True)),
    given.after_samples,
    dict(zip(params.features, given.after, strict=True)),
    params.pairs,
    dataset=snakemake.wildcards.dataset,
    trained_on=params.trained_on,
    protocol=params.protocol,
    task=params.task,
    clusters=params.clusters,
    **params.options,
)
files.write_json(snakemake.output[0], scores)
log.info("%d samples before, %d after the cut-off %s", *scores["samples"].values(), scores["cut_off"])
