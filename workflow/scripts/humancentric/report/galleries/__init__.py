"""Galleries: what lies near what in an embedding, and where heads are most sure of a wrong answer, to be looked at."""
