"""The effective config: its schema, its cross-checks and the cells it requests. Imports little: used while planning."""
