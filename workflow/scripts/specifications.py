"""Fit the probes of one set of features under every specification of the study, and score each test item."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import torch

from humancentric.embedding import feature_vectors
from humancentric.evaluation import specification_files
from humancentric.probing import probe_inputs, specification_fits

torch.set_num_threads(snakemake.threads)
given, params, wildcards = snakemake.input, snakemake.params, snakemake.wildcards
cell = probe_inputs.load(
    given.samples, feature_vectors.by_split(given.embeddings), wildcards.features, params.task
)
found, scores = specification_fits.score(cell, params.specifications, range(params.seeds))
about = {"dataset": wildcards.dataset, "features": wildcards.features, "specifications": found}
specification_files.write(snakemake.output[0], cell.samples["test"].ids, scores, about)
