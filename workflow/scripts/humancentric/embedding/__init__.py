"""Frozen encoders and the vectors they make."""
