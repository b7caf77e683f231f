"""Build the report page."""
