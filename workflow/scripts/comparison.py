"""Compare our version of a dataset with another lab's: samples missing, added, moved, or with another image."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files, tables
from humancentric.core.schemas import COMPARISON, IDS
from humancentric.dataset.shareable_ids import compare, read
from humancentric.study.settings import min_match

changes, counts = compare(
    tables.read(snakemake.input.ours, IDS), read(snakemake.input.theirs), min_match(snakemake.config)
)
tables.write(snakemake.output.changes, changes, COMPARISON)
files.write_json(snakemake.output.counts, counts)
log.info("%s", ", ".join(f"{name} {count:,}" for name, count in counts.items()))
