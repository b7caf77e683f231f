"""Find samples of the test split and the controls that duplicate a training sample, by their embeddings."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import pyarrow as pa

from humancentric.core import tables
from humancentric.core.schemas import TWINS
from humancentric.dataset import labels
from humancentric.embedding import embedding_twins, feature_vectors

inputs, params = snakemake.input, snakemake.params
ids = {name: labels.read(path) for name, path in zip(params.spaces, inputs.samples, strict=True)}


def vectors(path, features, samples):
    """Return the vectors of some samples in one space."""
    return embedding_twins.Vectors(samples.ids, feature_vectors.load(path, [features], samples.ids)[0])


own, parts, thresholds = snakemake.wildcards.dataset, [], {}
test = iter(inputs.test)
paths = {(name, features): next(test) for name, found in params.spaces.items() for features in found}
for features, train in zip(params.spaces[own], inputs.train, strict=True):
    others = {
        name: vectors(paths[name, features], features, ids[name]["test"])
        for name in params.spaces
        if (name, features) in paths
    }
    found, thresholds[features] = embedding_twins.search(
        features, vectors(train, features, ids[own]["train"]), others
    )
    parts.append(found)
table = pa.concat_tables([TWINS.empty(), *parts])
tables.write(snakemake.output[0], table, TWINS, {"thresholds": thresholds})
log.info("%d of %d neighbours are far closer than usual", sum(table["twin"].to_pylist()), len(table))
