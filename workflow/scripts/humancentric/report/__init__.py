"""Turn scores into tables, figures and pages; nothing is trained here."""
