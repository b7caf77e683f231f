"""Score the saved heads of one cell on a control dataset, which they were not trained on."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import torch

from humancentric.core import files
from humancentric.dataset import labels
from humancentric.dataset.leakage import twins_of
from humancentric.evaluation import prediction_files
from humancentric.probing import control, trained_heads

torch.set_num_threads(snakemake.threads)
trained = trained_heads.load(snakemake.input.heads)
parent, leakage = snakemake.input.get("train_samples"), snakemake.input.get("leakage")
scores, predictions = control.score(
    trained,
    snakemake.input.samples,
    snakemake.input.test,
    dataset=snakemake.wildcards.dataset,
    features_name=snakemake.wildcards.features,
    trained_ids=labels.read(parent)["train"].ids if parent else (),
    twin_ids=twins_of(leakage[0], snakemake.wildcards.dataset) if leakage else (),
)
about = {key: scores[key] for key in ("dataset", "features", "protocol", "trained_on", "threshold")}
prediction_files.write_predictions(snakemake.output.predictions, predictions, trained.classes, about)
files.write_json(snakemake.output.scores, scores)
