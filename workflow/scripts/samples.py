"""Split the listing of a dataset into samples and rejects."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from collections import Counter
from functools import partial

from humancentric.core import table_streams, tables
from humancentric.core.schemas import GROUPS, LISTING, REJECTS, SAMPLES
from humancentric.dataset import samples
from humancentric.study.settings import min_match

params, listing = snakemake.params, str(snakemake.input.listing)
image_rejects = tables.read_many(snakemake.input.rejects, REJECTS)
texts, batches = dict(params.texts), partial(table_streams.read, listing, LISTING)
members = tables.read_many(snakemake.input.groups, GROUPS).to_pydict()
groups = dict(zip(members["id"], members["group"], strict=True))
least = min_match(snakemake.config)
options = (params.split, params.splits, listing, groups, params.repeated, least, params.target)
used, rejects = samples.divide(batches, image_rejects, texts, *options)
number = table_streams.write(snakemake.output.samples, used, SAMPLES)
if number + len(rejects) != tables.length(listing):
    raise RuntimeError(
        f"{listing}: {tables.length(listing)} rows, but {number} samples and {len(rejects)} rejects"
    )
counts = tables.read(snakemake.output.samples, SAMPLES, ["split"])["split"].value_counts()
splits = dict(zip(*(part.to_pylist() for part in counts.flatten()), strict=True))
samples.check_use(splits, rejects, params.split, listing)
tables.write(snakemake.output.rejects, rejects, REJECTS)
reasons = ", ".join(f"{count} {name}" for name, count in Counter(rejects["reason"].to_pylist()).items())
log.info("rejected: %s", reasons or "nothing")
log.info("%d offered, %d samples, %d rejected", number + len(rejects), number, len(rejects))
