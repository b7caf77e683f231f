"""Score one set of features by 1-nearest neighbour with a few prototypes per class, or another few-shot method.

Also write the score of every test sample in every draw.
"""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.embedding import feature_vectors
from humancentric.evaluation import sample_scores
from humancentric.probing import fewshot

scores, ids, sample_values = fewshot.score(
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
    method=snakemake.params.method,
)
about = {key: scores[key] for key in ("dataset", "features", "metric", "protocol") if key in scores}
about["shots"] = list(snakemake.params.shots)
sample_scores.write_fewshot(snakemake.output.item_scores, ids, sample_values, about)
files.write_json(snakemake.output.scores, scores)
