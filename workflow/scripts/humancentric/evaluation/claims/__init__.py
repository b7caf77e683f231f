"""Test the claims of a study: each sentence becomes contrasts between cells, which get a verdict."""
