"""Turn scores into tables, figures and pages, without training anything."""
