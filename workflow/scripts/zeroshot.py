"""Score images zero-shot against class-name embeddings in a shared space, for every set of templates.

Write scores and predictions.
"""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.probing import zeroshot

scores, predictions = zeroshot.score(
    snakemake.input.samples,
    snakemake.input.test,
    snakemake.input.prompts,
    dataset=snakemake.wildcards.dataset,
    features_name=f"{snakemake.wildcards.view}.{snakemake.wildcards.encoder}",
    task=snakemake.params.task,
    first=snakemake.params.first,
    cluster=snakemake.params.cluster,
    options=snakemake.params.options,
    timing=files.read_json(snakemake.input.timing),
)
zeroshot.write_predictions(snakemake.output.predictions, predictions, scores)
files.write_json(snakemake.output.scores, scores)
