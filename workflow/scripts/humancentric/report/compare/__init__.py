"""Compare two runs of the workflow: what changed, number by number, and the possible causes."""
