"""Serve the TMDb replica over HTTP; replies may be delayed, truncated, stalled or reset."""

import select
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from demo_data.replica.answers import Reply, Request
from demo_data.replica.faults import Fault


class Desk(Protocol):
    """Interface of the object that logs requests and builds replies."""

    def note(self, request: Request) -> tuple[int, Fault]:
        """Log a request; return its number and its planned fault."""

    def reply(self, request: Request, token: str, key: str) -> Reply:
        """Return the regular reply to a request, ignoring faults."""

    def sent(self, number: int, reply: Reply, whole: bool, fault: Fault) -> None:
        """Log the reply that was sent."""


class Server(ThreadingHTTPServer):
    """A server at `address` that tracks its open connections so that it can close them."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], desk: Desk) -> None:
        """Bind the address; `serve_forever` starts serving."""
        self.stopped = threading.Event()
        self.open: set[socket.socket] = set()
        super().__init__(address, _handler(desk))

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


def _handler(desk: Desk) -> type[BaseHTTPRequestHandler]:
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
            number, fault = desk.note(request)
            if not self._rest(fault.delay) or fault.reset:
                self._reset()
                return
            reply = fault.reply() if callable(fault.reply) else fault.reply
            reply = reply or desk.reply(request, token, key)
            whole = not fault.truncated and not fault.stall
            self._send(reply, whole)
            self._rest(fault.stall)
            desk.sent(number, reply, whole, fault)

        def _rest(self, seconds: float) -> bool:
            """Sleep for `seconds`; return False early if the client disconnects or the replica stops, else True."""
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                readable, _, _ = select.select([self.connection], [], [], min(left, 0.05))
                if self.server.stopped.is_set() or (readable and not self._is_there()):
                    return False
                if readable:  # the next request is already waiting
                    time.sleep(min(left, 0.05))
            return True

        def _is_there(self) -> bool:
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
