"""What a stand-in of TMDb hears and says: requests, replies, and the service's own error bodies."""

import json
from dataclasses import dataclass, field

JSON = "application/json;charset=utf-8"
MESSAGES = {
    5: (422, "Invalid parameters: Your request parameters are incorrect."),
    7: (401, "Invalid API key: You must be granted a valid key."),
    22: (400, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."),
    23: (400, "Invalid date: Format needs to be YYYY-MM-DD."),
    34: (404, "The resource you requested could not be found."),
}


@dataclass(frozen=True)
class Asked:
    """One request as it arrived, without its credentials."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return e.g. ``GET /3/discover/movie?page=2``."""
        told = "&".join(f"{name}={value}" for name, value in self.query)
        return f"{self.method} {self.path}" + (f"?{told}" if told else "")


@dataclass(frozen=True)
class Reply:
    """What is sent back."""

    status: int
    body: bytes
    kind: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def error(code: int) -> Reply:
    """Return the service's answer for one of its own status codes, e.g. 34 for HTTP 404."""
    status, message = MESSAGES[code]
    body = {"success": False, "status_code": code, "status_message": message}
    return Reply(status, json.dumps(body).encode())
