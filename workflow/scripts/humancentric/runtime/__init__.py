"""Everything specific to Snakemake and SLURM: code fingerprints, locks, the job queue."""
