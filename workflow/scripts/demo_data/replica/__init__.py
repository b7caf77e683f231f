"""Simulate TMDb's API v3 and its image host on loopback: real HTTP, for any catalogue of films."""
