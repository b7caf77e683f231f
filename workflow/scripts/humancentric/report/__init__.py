"""From scores to tables, figures and pages: reads numbers, trains nothing."""
