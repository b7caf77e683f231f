"""Clients of a replica of TMDb that fails."""

from demo_data.replica.faults import Fault
from demo_data.replica.server import Reply
from humancentric.sources.tmdb.api import Client

SECRET = "s3cr3t-0123456789abcdef"


class Asleep:
    """Remembers how long it was told to sleep, and does not."""

    def __init__(self):
        self.seconds = []

    def __call__(self, seconds):
        self.seconds.append(seconds)


def client_of(replica, **options):
    options = {"token": SECRET, "requests_per_second": None, "sleep": Asleep()} | options
    return Client(replica.api_url, replica.image_url, **options)


def failing(*faults):
    """Return a plan that lets the first requests fail as given."""
    return list(faults)


def busy(status=429, **headers):
    return Fault(
        reply=Reply(status, b"{}", headers={name.replace("_", "-"): text for name, text in headers.items()})
    )


HTML = Fault(reply=Reply(200, b"<html>maintenance</html>", "text/html"))
LIST = Fault(reply=Reply(200, b"[]"))
