"""Groups of samples that share a picture or a text, so that the split can keep them on one side."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import tables
from humancentric.leakage.groups import groups
from humancentric.leakage.sides import pictures
from humancentric.leakage.texts import fingerprints
from humancentric.schemas import GROUPS, LISTING

rules, texts = snakemake.params.leakage, dict(snakemake.params.texts)
listing = tables.read(snakemake.input.listing, LISTING)
ids = listing["id"].to_pylist()
sha256, phashes, _ = pictures(snakemake.input.hashes, set(ids))
columns = [listing[texts[view]].to_pylist() for view in rules["texts"]]
keys = [[sha256.get(sample) for sample in ids], *map(fingerprints, columns)]
with logs.stage("group"):
    found = groups(ids, keys, phashes, rules["distance"])
tables.write(snakemake.output[0], GROUPS.table({"id": list(found), "group": list(found.values())}), GROUPS)
log.info("%d ids in %d groups", len(found), len(set(found.values())))
