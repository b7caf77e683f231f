"""Find samples of a dataset's test split and its controls that duplicate samples of its training split."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.core import files, tables
from humancentric.core.schemas import LEAKAGE
from humancentric.dataset.leakage import NEAR, PICTURE, TWINS, find, kind_of, read
from humancentric.study.settings import min_match

inputs, rules, texts = snakemake.input, snakemake.params.leakage, snakemake.params.texts
hashes = [Path(path) for path in [*inputs.hashes, *inputs.control_hashes]]
sides = []
for (name, columns), samples in zip(texts.items(), [inputs.samples, *inputs.control_samples], strict=True):
    own = [path for path in hashes if path.parts[-3] == name]
    sides.append(read(name, samples, own, columns, rules["texts"], min_match(snakemake.config)))
twins = {PICTURE, NEAR, *map(kind_of, rules["texts"])}
with logs.stage("find leakage"):
    pairs, counts = find(sides[0], sides[1:], rules["distance"], twins)
tables.write(snakemake.output.pairs, pairs, LEAKAGE, {TWINS: counts[TWINS]})
files.write_json(snakemake.output.counts, counts)
for other, found in counts["compared"].items():
    log.info("%s: %d of %d samples have a twin in training", other, found["twins"], found["samples"])
