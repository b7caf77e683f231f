"""Everything specific to Snakemake and SLURM: code fingerprints, locks, literal paths and the job queue."""
