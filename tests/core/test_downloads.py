"""Pictures from addresses: every answer of a server has its reason, and what has arrived is not asked for again."""

import socket
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from humancentric.core import downloads as downloads_module
from humancentric.core import http_connections
from humancentric.core.download_cache import DownloadCache
from humancentric.core.downloads import Downloads, checked_host, is_private
from humancentric.core.errors import UserError
from humancentric.core.http_client import RateLimitedClient
from humancentric.core.images import ImageError
from humancentric.sources.picture_files import read_shard
from solid_images import save


class Server(ThreadingHTTPServer):
    """Serves one picture in many ways, and counts what it is asked for."""

    def __init__(self, picture):
        super().__init__(("127.0.0.1", 0), Handler)
        self.picture, self.asked, self.broken, self.well = picture, Counter(), False, False

    def address(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked[self.path] += 1
        again = self.server.asked[self.path] > 1
        status, body, headers = {
            "/gone": (404, b"", {}),
            "/secret": (403, b"", {}),
            "/page": (200, b"<!doctype html><p>Nothing here", {}),
            "/moved": (302, b"", {"Location": "/good.png"}),
            "/away": (302, b"", {"Location": "http://elsewhere.example/good.png"}),
            "/large": (200, b"x" * 5000, {}),
            "/flaky": (200 if again else 503, self.server.picture, {}),
            "/down": (503, b"", {}),
            "/busy": (429, b"", {}),
            "/slow": (408, b"", {}),
            "/early": (425, b"", {}),
            "/pause": (403, b"", {"Retry-After": "1"}),
        }.get(
            self.path.partition("?")[0] if not self.server.well else "",
            (503 if self.server.broken else 200, self.server.picture, {}),
        )
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path):
    save(tmp_path / "picture.png", size=(9, 7))
    with Server((tmp_path / "picture.png").read_bytes()) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def fetched(folder, addresses, *, private=True, tolerated=0.0):
    with RateLimitedClient(
        requests_per_second=None, connections=2, attempts=2, backoff=0.01, proxied=False, public=not private
    ) as client:
        downloads = Downloads(client, DownloadCache(folder, "addresses"), 4000, private, tolerated)
        return read_shard([(address, address) for address in addresses], downloads.contents, root=None)


def test_urls_of_which_too_few_are_there_stop_the_stage(server, tmp_path):
    addresses = [server.address(f"/gone?{number}") for number in range(20)]
    with pytest.raises(
        UserError, match=r"source.url: none of 20 pictures were found: 127.*404.*, 127.*; correct the URLs"
    ):
        fetched(tmp_path, addresses)
    images, rejects = fetched(
        tmp_path, [*addresses, *(server.address(f"/good{number}.png") for number in range(3))]
    )
    assert (len(images), set(rejects["reason"].to_pylist())) == (3, {"not-found"})


def test_every_answer_is_a_picture_or_a_reason(server, tmp_path):
    expected = {
        "/good.png": None,
        "/moved": None,
        "/flaky": None,
        "/gone": "not-found",
        "/secret": "refused",
        "/away": "refused",
        "/page": "unreadable",
        "/large": "too-large",
        "/down": "download-failed",
    }
    addresses = {server.address(path): reason for path, reason in expected.items()}
    addresses |= {"ftp://a.example/x.png": "bad-address", "no address": "bad-address"}
    images, rejects = fetched(tmp_path / "spool", addresses)
    assert set(images["id"].to_pylist()) == {name for name, reason in addresses.items() if reason is None}
    found = dict(zip(rejects["id"].to_pylist(), rejects["reason"].to_pylist(), strict=True))
    assert found == {name: reason for name, reason in addresses.items() if reason}
    assert images["image"].to_pylist() == [server.picture] * 3
    assert server.asked["/gone"] == 1
    assert server.asked["/down"] == 2
    away = next(row for row in rejects.to_pylist() if row["id"].endswith("/away"))
    assert "redirect to elsewhere.example" in away["detail"]


def test_what_has_arrived_is_not_asked_for_again(server, tmp_path):
    paths = [server.address(f"/{number}.png") for number in range(20)] + [server.address("/gone")]
    fetched(tmp_path / "spool", paths[:10] + paths[-1:])
    server.broken = True
    with pytest.raises(
        UserError, match=r"4 of 21 pictures could not be fetched.*what has been downloaded is kept"
    ):
        fetched(tmp_path / "spool", paths)
    server.broken = False
    images, rejects = fetched(tmp_path / "spool", paths)
    assert (len(images), rejects["reason"].to_pylist()) == (20, ["not-found"])
    assert {server.asked[f"/{number}.png"] for number in range(10)} == {1}
    assert server.asked["/gone"] == 1


def test_a_host_that_does_not_answer_is_left_alone(server, tmp_path):
    server.broken = True
    paths = [server.address(f"/{number}.png") for number in range(40)]
    _, rejects = fetched(tmp_path / "spool", paths, tolerated=1.0)
    assert rejects["reason"].to_pylist() == ["download-failed"] * 40
    assert sum(server.asked.values()) <= 2 * (5 + 2)  # attempts, for five in a row and those then under way
    assert "has not answered 5 times in a row" in rejects["detail"].to_pylist()[-1]


@pytest.mark.parametrize("path", ["/busy", "/slow", "/early", "/pause"])
def test_what_a_host_says_of_now_is_never_kept(server, tmp_path, path):
    addresses = [server.address(f"{path}?{number}") for number in range(12)]
    with pytest.raises(UserError, match="4 of 12 pictures could not be fetched"):
        fetched(tmp_path / "spool", addresses)
    server.well = True
    images, rejects = fetched(tmp_path / "spool", addresses)
    assert (len(images), len(rejects)) == (12, 0)


def test_two_samples_may_share_an_address(server, tmp_path):
    address = server.address("/good.png")
    with RateLimitedClient(requests_per_second=None, proxied=False) as client:
        downloads = Downloads(client, DownloadCache(tmp_path / "spool"), 4000, True, 0.0)
        images, _ = read_shard([("1", address), ("2", address)], downloads.contents)
    assert images["id"].to_pylist() == ["1", "2"]
    assert server.asked["/good.png"] == 1


def test_local_addresses_are_asked_only_where_that_is_allowed(server, tmp_path):
    _, rejects = fetched(tmp_path / "spool", [server.address("/good.png")], private=False)
    assert rejects["reason"].to_pylist() == ["bad-address"]
    assert not server.asked


@pytest.mark.parametrize("later", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_a_name_that_becomes_local_after_the_check_is_not_asked(server, tmp_path, monkeypatch, later):
    answers = iter(["93.184.216.34"])
    resolve = socket.getaddrinfo

    def rebound(host, port, *args, **options):
        if host != "rebound.example":
            return resolve(host, port, *args, **options)
        return resolve(next(answers, later), port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    address = server.address("/good.png").replace("127.0.0.1", "rebound.example")
    _, rejects = fetched(tmp_path / "spool", [address], private=False)
    assert rejects["reason"].to_pylist() == ["bad-address"]
    assert "rebound.example is not public" in rejects["detail"][0].as_py()
    assert not server.asked


def test_the_address_that_was_checked_is_the_one_that_is_asked(server, tmp_path, monkeypatch):
    resolved = []

    def resolve(host, port, *_, **__):
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port or 0))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(http_connections, "is_public", lambda _: True)
    monkeypatch.setattr(downloads_module, "is_public", lambda _: True)
    address = server.address("/moved").replace("127.0.0.1", "one.example")
    images, _ = fetched(tmp_path / "spool", [address], private=False)
    assert len(images) == 1
    # Once for each connection; the server closes the first one after its redirect.
    assert resolved == ["one.example", "127.0.0.1"] * 2


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("10.1.2.3", True),
        ("169.254.169.254", True),
        ("::1", True),
        ("::ffff:192.168.0.1", True),
        ("64:ff9b::7f00:1", True),
        ("2002:7f00:1::", True),
        ("224.0.0.1", True),
        ("::ffff:8.8.8.8", False),
        ("8.8.8.8", False),
        ("no-such-host.invalid", False),
    ],
)
def test_which_hosts_are_private(host, private):
    assert is_private(host) is private


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://",
        "//host/x",
        "http://user:pw@host.example/x",
        "http://[::1",
        "http://loc%61lhost/",
        "http://127.0.0.%31/",
        "http://[::1%25lo]/",
        "http://host.example:99999/",
    ],
)
def test_addresses_that_are_none(address):
    with pytest.raises(ImageError) as error:
        checked_host(address, private=False)
    assert error.value.reason == "bad-address"
    assert "pw" not in error.value.detail
