"""Polite HTTP: paced, repeated, bounded in time and size, confined to the hosts it was given."""
