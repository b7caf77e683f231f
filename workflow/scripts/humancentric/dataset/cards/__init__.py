"""What a dataset consists of: told to people (card.md), machines (croissant.json) and other labs (ids.parquet)."""
