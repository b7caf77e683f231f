"""What an address may tell, where it may lead, and whether it is this machine's own."""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit


def is_loopback(url: str) -> bool:
    """Return whether `url` leads to this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def place(url: str, query: Mapping[str, object]) -> str:
    """Return the address for a message: with `query`, without user, password and whatever `url` itself asks for."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "no address"
    told = "&".join(f"{name}={value}" for name, value in query.items())
    return parts.netloc.rpartition("@")[2] + parts.path + (f"?{told}" if told else "")


def host(url: str) -> str:
    """Return the host that an address leads to, ``"nowhere"`` if it leads to none."""
    try:
        return urlsplit(url).hostname or "nowhere"
    except ValueError:
        return "nowhere"


def redirected(url: str, location: str) -> str | None:
    """Return the address that `location` means, None unless it stays on host and port or turns http into https."""
    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
        ends = (here.scheme, here.port), (there.scheme, there.port)
    except ValueError:
        return None
    safe = ends[0] == ends[1] or ends == (("http", None), ("https", None))
    return target if safe and here.hostname == there.hostname else None
