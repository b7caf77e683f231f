"""Train the probes of one cell on the train split, one per seed, and score them on the other splits.

Also write the heads and their predictions.
"""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import torch

from humancentric.core import files
from humancentric.embedding import feature_vectors
from humancentric.evaluation import prediction_files
from humancentric.probing import trained_heads, transfer

torch.set_num_threads(snakemake.threads)
scores, predictions, trained = transfer.train_cell(
    snakemake.input.samples,
    feature_vectors.by_split(snakemake.input.embeddings),
    dataset=snakemake.wildcards.dataset,
    features_name=snakemake.wildcards.features,
    task=snakemake.params.task,
    protocol_name=snakemake.params.protocol_name,
    protocol=snakemake.params.protocol,
    seeds=range(snakemake.params.seeds),
    prompts_path=next(iter(snakemake.input.prompts), None),
)
about = {key: scores[key] for key in ("dataset", "features", "protocol", "trained_on", "threshold")}
trained_heads.save(snakemake.output.heads, trained)
prediction_files.write_predictions(snakemake.output.predictions, predictions, trained.classes, about)
files.write_json(snakemake.output.scores, scores)
