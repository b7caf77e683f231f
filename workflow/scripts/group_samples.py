"""Group samples that share an image or a text, so that the split can keep them on one side."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import GROUPS, LISTING
from humancentric.dataset.leakage import check_texts, fingerprints, pictures
from humancentric.dataset.near_duplicates import groups
from humancentric.study.settings import min_match

rules, texts = snakemake.params.leakage, dict(snakemake.params.texts)
listing = tables.read(snakemake.input.listing, LISTING)
ids = listing["id"].to_pylist()
sha256, phashes, _ = pictures(snakemake.input.hashes, set(ids))
keys = [[sha256.get(sample) for sample in ids]]
for view in rules["texts"]:
    column = listing[texts[view]].to_pylist()
    keys.append(fingerprints(column))
    check_texts(snakemake.wildcards.dataset, view, column, keys[-1], min_match(snakemake.config))
with logs.stage("group"):
    found = groups(ids, keys, phashes, rules["distance"])
tables.write(snakemake.output[0], GROUPS.table({"id": list(found), "group": list(found.values())}), GROUPS)
log.info("%d ids in %d groups", len(found), len(set(found.values())))
