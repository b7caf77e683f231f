"""Two runs of the workflow beside each other: what changed, number by number, and what it may come from."""
