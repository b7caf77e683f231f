"""What knows Snakemake and SLURM: code fingerprints, locks, the queue."""
