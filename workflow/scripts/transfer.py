"""Heads of one cell: trained on the train split with every seed, judged on the test split, kept with predictions."""

from humancentric import logs

log = logs.start(snakemake.log[0])

import torch

from humancentric import cells, files, trained_heads, transfer

torch.set_num_threads(snakemake.threads)
scores, predictions, trained = transfer.train_cell(
    snakemake.input.samples,
    snakemake.input.train,
    snakemake.input.test,
    dataset=snakemake.wildcards.dataset,
    features_name=snakemake.wildcards.features,
    task=snakemake.params.task,
    protocol_name=snakemake.params.protocol_name,
    protocol=snakemake.params.protocol,
    seeds=range(snakemake.params.seeds),
)
about = {key: scores[key] for key in ("dataset", "features", "protocol", "trained_on")}
trained_heads.save(snakemake.output.heads, trained)
cells.write_predictions(snakemake.output.predictions, predictions, trained.classes, about)
files.write_json(snakemake.output.scores, scores)
