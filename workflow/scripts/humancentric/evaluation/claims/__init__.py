"""Claims: sentences as contrasts over cells, each with its verdict."""
