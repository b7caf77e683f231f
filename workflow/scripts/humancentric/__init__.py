"""The library behind the workflow: small typed modules that have never heard of Snakemake."""

__version__ = "0.2.0"
