"""Group samples that share an image or a text, so that the split can keep them on one side."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import polars as pl

from humancentric.core import table_streams, tables
from humancentric.core.schemas import GROUPS, LISTING
from humancentric.dataset.leakage import ComparedTexts, pictures
from humancentric.dataset.near_duplicates import groups
from humancentric.study.settings import min_match

rules, texts = snakemake.params.leakage, dict(snakemake.params.texts)
views = {view: ComparedTexts(snakemake.wildcards.dataset, view) for view in rules["texts"]}
parts = []
for table in table_streams.read(snakemake.input.listing, LISTING, ["id", *map(texts.get, views)]):
    found = {view: view_texts.fingerprints(table[texts[view]]) for view, view_texts in views.items()}
    part = pl.DataFrame(table.select(["id"]))
    parts.append(part.with_columns(pl.Series(view, values, pl.String) for view, values in found.items()))
for view_texts in views.values():
    view_texts.check(min_match(snakemake.config))
known = pictures(snakemake.input.hashes)
with logs.stage("group"):
    found = groups(pl.concat(parts).join(known, on="id", how="left"), rules["distance"])
tables.write(snakemake.output[0], found.to_arrow().cast(GROUPS.empty().schema), GROUPS)
log.info("%d ids in %d groups", len(found), found["group"].n_unique())
