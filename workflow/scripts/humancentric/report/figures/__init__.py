"""Draw the figures of a study."""
