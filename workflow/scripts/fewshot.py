"""Score one set of features by 1-nearest neighbour with a few prototypes per class, over repeated draws."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.embedding import feature_vectors
from humancentric.probing import fewshot

scores = fewshot.score(
    snakemake.input.samples,
    snakemake.input.train,
    snakemake.input.test,
    dataset=snakemake.wildcards.dataset,
    features_name=feature_vectors.join(
        [feature_vectors.Feature(snakemake.wildcards.view, snakemake.wildcards.encoder)]
    ),
    task=snakemake.params.task,
    shots=snakemake.params.shots,
    repeats=snakemake.params.repeats,
    seed=snakemake.params.seed,
    distance=snakemake.params.distance,
)
files.write_json(snakemake.output[0], scores)
