"""A local file server with HTTP range requests and simulated faults."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    """Serve `files`; the first requests for a path meet its `faults`, in order. `asked` lists all requests."""

    def __init__(self, files):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.faults, self.asked = dict(files), {}, []

    def url(self, name):
        return f"http://127.0.0.1:{self.server_port}/{name}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name, byte_range = self.path[1:], self.headers.get("Range")
        self.server.asked.append((name, byte_range))
        fault = next(iter(self.server.faults.get(name, [])), "")
        if fault:
            self.server.faults[name].pop(0)
        data = self.server.files.get(name)
        begin = (
            int(re.match(r"bytes=(\d+)-", byte_range)[1]) if byte_range and fault != "range ignored" else 0
        )
        status, headers = (
            (206, {"Content-Range": f"bytes {begin}-{len(data) - 1}/{len(data)}"}) if begin else (200, {})
        )
        if data is None or fault.isdecimal():
            status, data, begin = int(fault or 404), b"", 0
        elif begin >= len(data):
            status, data, headers = 416, b"", {}
        elif fault == "page":
            data = b"<!doctype html><p>Maintenance"
        elif fault == "wrong bytes":
            data = b"x" * len(data)
        elif fault == "wrong range":
            headers["Content-Range"] = f"bytes 7-{len(data) - 1}/{len(data)}"
        elif fault.startswith("http"):
            status, data, headers = 302, b"", {"Location": fault}
        body = data[begin:]
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if fault == "cut" else body)
        self.close_connection = True

    def log_message(self, *_):
        pass
