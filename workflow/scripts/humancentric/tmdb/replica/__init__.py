"""A stand-in for TMDb's API v3 and its image host on loopback, serving any catalogue of films with real HTTP."""

from humancentric.tmdb.replica.answers import Asked, Reply, error
from humancentric.tmdb.replica.faults import Fault, Faults
from humancentric.tmdb.replica.limits import Limit
from humancentric.tmdb.replica.quirks import Quirks
from humancentric.tmdb.replica.replica import Replica

__all__ = ["Asked", "Fault", "Faults", "Limit", "Quirks", "Replica", "Reply", "error"]
