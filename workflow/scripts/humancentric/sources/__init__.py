"""Readers of listings and pictures, for published data sets, for a user's own data, and for TMDb."""
