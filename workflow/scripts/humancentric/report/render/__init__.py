"""Write tables and documents as HTML, LaTeX, Markdown, CSV and PDF."""
