"""What must be settled before TMDb is asked: whose address it is, who asks, and under which terms."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from humancentric.core.errors import UserError
from humancentric.core.http.transport import is_loopback

TERMS_URL = "https://www.themoviedb.org/api-terms-of-use"
REFUSED = "HUMANCENTRIC_REFUSED"  # names the file in which a job tells the others of its run that there is no access
VARIABLES = {"token": "TMDB_TOKEN", "key": "TMDB_API_KEY"}


class RefusedError(UserError):
    """The service does not know the token: no job of the run need ask again."""


def safe_address(url: str, name: str) -> str:
    """Return `url` without a final slash; `UserError` where a token would cross the network in the clear."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url)):
        return url.rstrip("/")
    raise UserError(f"tmdb.{name} is '{url}'; use an address that starts with https://")


def check_terms(api_url: str, acknowledged: bool) -> None:
    """Raise `UserError` unless the service's terms were acknowledged; a replica on loopback has none."""
    if is_loopback(api_url) or acknowledged is True:
        return
    raise UserError(
        "tmdb.terms_acknowledged is false; TMDb's terms forbid caches older than 6 months and passing them on, and "
        "ask for a written agreement before machine learning on TMDb content: "
        f"read {TERMS_URL}, then set it to true"
    )


def credentials_from(environ: Mapping[str, str]) -> dict[str, str]:
    """Return ``{"token": ...}`` or ``{"key": ...}`` from TMDB_TOKEN or TMDB_API_KEY; `UserError` if both are unset."""
    for name, variable in VARIABLES.items():
        if value := environ.get(variable, "").strip():
            return {name: value}
    raise UserError(
        "TMDB_TOKEN is not set; set it to your TMDb API Read Access Token (or TMDB_API_KEY to your v3 key)"
    )
