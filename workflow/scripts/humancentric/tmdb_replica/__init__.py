"""A stand-in for TMDb's API v3 and its image host on loopback, serving any catalogue of films with real HTTP."""

from humancentric.tmdb_replica.answers import Asked, Reply, error
from humancentric.tmdb_replica.faults import Fault, Faults
from humancentric.tmdb_replica.limits import Limit
from humancentric.tmdb_replica.quirks import Quirks
from humancentric.tmdb_replica.replica import Replica

__all__ = ["Asked", "Fault", "Faults", "Limit", "Quirks", "Replica", "Reply", "error"]
