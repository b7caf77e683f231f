"""Generate the demo data: films, book covers and tweets with a planted structure, free of third-party rights."""
