"""Score the chance baselines of a dataset, which use its labels alone."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.probing import chance

scores = chance.score(
    snakemake.input.samples,
    dataset=snakemake.wildcards.dataset,
    task=snakemake.params.task,
    train_samples_path=snakemake.input.get("train_samples"),
    shots=snakemake.params.shots,
    repeats=snakemake.params.repeats,
    seed=snakemake.params.seed,
)
files.write_json(snakemake.output[0], scores)
