"""Test whether encoders have seen samples before, and score the test split without twins of training samples."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
from humancentric.evaluation import contamination_inputs
from humancentric.evaluation.contamination_inputs import Cells

inputs, params = snakemake.input, snakemake.params
predictions = iter(inputs.predictions)
cells = [
    Cells(name, samples, {features: next(predictions) for features in found}, *params.columns[name])
    for (name, found), samples in zip(params.cells.items(), inputs.samples, strict=True)
]
found = contamination_inputs.score(
    cells[0],
    cells[1:],
    params.task,
    params.cut_offs,
    inputs.leakage,
    inputs.neighbours,
    **params.options,
)
files.write_json(snakemake.output[0], found)
for row in found["contrasts"]:
    log.info("%s, %s, until %s: %s", row["control"], row["features"], row["cut_off"], row["verdict"])
