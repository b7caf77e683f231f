"""The effective config: its shape, its cross-checks and the cells it asks for. Light: imported while planning."""
