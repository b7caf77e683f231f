"""Generate the demo's tweets in the raw layout of MVSA-Multiple."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from demo_data.tweets import write_tweets

folder = Path(snakemake.output.labels).parent
with logs.stage("tweets"):
    write_tweets(folder, snakemake.params.number, snakemake.params.seed, snakemake.threads)
log.info("%d tweets in %s", snakemake.params.number, folder)
