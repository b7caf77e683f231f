"""Writers of tables and documents: HTML, LaTeX, Markdown, CSV, PDF."""
