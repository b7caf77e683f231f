"""Frozen encoders and the embeddings that they compute."""
