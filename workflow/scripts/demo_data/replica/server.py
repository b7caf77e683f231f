"""Serve the TMDb replica over HTTP, with a request log and replies that can be delayed, truncated or reset."""

import json
import select
import socket
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from demo_data.replica.replica import Replica

JSON = "application/json;charset=utf-8"
MESSAGES = {  # the service's own status codes, with the HTTP status of each
    5: (422, "Invalid parameters: Your request parameters are incorrect."),
    7: (401, "Invalid API key: You must be granted a valid key."),
    9: (503, "Service offline: This service is temporarily offline, try again later."),
    10: (401, "Suspended API key: Access to your account has been suspended, contact TMDB."),
    11: (500, "Internal error: Something went wrong, contact TMDB."),
    20: (422, "Invalid date range: Should be a range no longer than 14 days."),
    22: (400, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."),
    23: (400, "Invalid date: Format needs to be YYYY-MM-DD."),
    24: (504, "Your request to the backend server timed out. Try again."),
    25: (429, "Your request count is over the allowed limit."),
    34: (404, "The resource you requested could not be found."),
    43: (502, "Couldn't connect to the backend server."),
    46: (503, "The API is undergoing maintenance. Try again later."),
}


@dataclass(frozen=True)
class Request:
    """One received request, without its credentials."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return e.g. ``GET /3/discover/movie?page=2``."""
        shown = "&".join(f"{name}={value}" for name, value in self.query)
        return f"{self.method} {self.path}" + (f"?{shown}" if shown else "")


@dataclass(frozen=True)
class Reply:
    """One HTTP reply."""

    status: int
    body: bytes
    kind: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


NO_PICTURE = Reply(404, b"<h1>File not Found</h1>", "text/html")


class InvalidQuery(Exception):
    """A query that the service rejects, with the service's own status code."""

    def __init__(self, code: int) -> None:
        """Store the code."""
        super().__init__(str(code))
        self.code = code


def success(body: Mapping[str, Any]) -> Reply:
    """Return `body` as JSON with status 200."""
    return Reply(200, json.dumps(body, ensure_ascii=False).encode())


def error(code: int, headers: Mapping[str, str] | None = None) -> Reply:
    """Return the service's reply for one of its own status codes, e.g. 34 for HTTP 404."""
    status, message = MESSAGES[code]
    body = {"success": False, "status_code": code, "status_message": message}
    return Reply(status, json.dumps(body).encode(), headers=dict(headers or {}))


class RequestLog:
    """Requests in order of arrival (`received`), and those that were sent the complete requested reply (`answered`).

    With `path`, every event is appended there as a line of JSON: ``{number, at, request}`` when a request arrives and
    ``{number, at, status, whole}`` when its reply has been sent; `at` is in seconds since the log was opened.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        """Open the file at `path`, if given, for appending."""
        self.received: list[Request] = []
        self.answered: list[Request] = []
        self._lock, self._start = threading.Lock(), time.monotonic()
        self._file = Path(path).open("a", encoding="utf-8", buffering=1) if path else None  # noqa: SIM115

    def arrived(self, request: Request) -> int:
        """Log a request; return its number, from 0."""
        with self._lock:
            number = len(self.received)
            self.received.append(request)
            self._write(number, request=str(request))
        return number

    def sent(self, number: int, status: int, whole: bool, genuine: bool) -> None:
        """Log the reply to a request; `genuine` is false for a reply made by a fault."""
        with self._lock:
            if whole and genuine:
                self.answered.append(self.received[number])
            self._write(number, status=status, whole=whole)

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
            self._file = None

    def _write(self, number: int, **fields: object) -> None:
        if self._file:
            at = round(time.monotonic() - self._start, 4)
            self._file.write(json.dumps({"number": number, "at": at, **fields}) + "\n")


class Server(ThreadingHTTPServer):
    """A server at `address` that tracks its open connections so that it can close them."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], replica: "Replica") -> None:
        """Bind the address; `serve_forever` starts serving."""
        self.stopped = threading.Event()
        self.open: set[socket.socket] = set()
        super().__init__(address, _handler(replica))

    def process_request(self, request: Any, client_address: Any) -> None:
        """Register a connection and serve it in its own thread."""
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close and unregister a connection."""
        self.open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close the connections that are still open."""
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # already closed

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that disconnect in the middle of a reply."""


def _handler(replica: "Replica") -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server: Server
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            pairs = parse_qsl(address.query, keep_blank_values=True)
            key = dict(pairs).get("api_key", "")
            token = self.headers.get("Authorization", "").removeprefix("Bearer ").strip()
            shown = tuple(sorted(pair for pair in pairs if pair[0] != "api_key"))
            request = Request("GET", address.path, shown)
            number, fault = replica.note(request)
            if not self._rest(fault.delay) or fault.reset:
                self._reset()
                return
            reply = fault.reply() if callable(fault.reply) else fault.reply
            reply = reply or replica.reply(request, token, key)
            whole = not fault.truncated and not fault.stall
            self._send(reply, whole)
            self._rest(fault.stall)
            replica.sent(number, reply, whole, fault)

        def _rest(self, seconds: float) -> bool:
            """Sleep for `seconds`; return False early if the client disconnects or the replica stops, else True."""
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                readable, _, _ = select.select([self.connection], [], [], min(left, 0.05))
                if self.server.stopped.is_set() or (readable and not self._is_connected()):
                    return False
                if readable:  # the next request is already waiting
                    time.sleep(min(left, 0.05))
            return True

        def _is_connected(self) -> bool:
            try:
                return self.connection.recv(1, socket.MSG_PEEK) != b""
            except OSError:
                return False

        def _send(self, reply: Reply, whole: bool) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body if whole else reply.body[: len(reply.body) // 2])
            self.wfile.flush()
            self.close_connection |= not whole

        def _reset(self) -> None:
            """Reset the connection, so that the client sees an error instead of end of file."""
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

        def log_message(self, *_: object) -> None:
            """Log nothing here: requests are logged by the replica."""

    return Handler
