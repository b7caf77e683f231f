"""Draw galleries: maps of the embeddings, nearest neighbours and the most confident errors."""
