"""Simulate TMDb's API v3 and its image host on loopback: real HTTP, for any catalogue of films."""

from demo_data.replica.answers import Reply, Request, error
from demo_data.replica.faults import Fault, Faults, Limit
from demo_data.replica.quirks import Quirks
from demo_data.replica.replica import Replica

__all__ = ["Fault", "Faults", "Limit", "Quirks", "Replica", "Reply", "Request", "error"]
