"""A stand-in for TMDb's API v3 and its image host on loopback, serving any catalogue of films with real HTTP."""

from humancentric.tmdb_replica.answers import Asked, Reply, error
from humancentric.tmdb_replica.faults import Fault, Faults
from humancentric.tmdb_replica.server import Replica

__all__ = ["Asked", "Fault", "Faults", "Replica", "Reply", "error"]
