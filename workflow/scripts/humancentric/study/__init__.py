"""Validate the effective config and list the cells that it requests; imports little, since it runs while planning."""
