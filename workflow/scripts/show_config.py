"""Print the effective config: the catalogue, the study, and every overlay merged."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import sys

import yaml

yaml.safe_dump(snakemake.params.config, sys.stdout, sort_keys=False, allow_unicode=True, width=120)
