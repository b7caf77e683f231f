# ruff: noqa: SIM117 - one block each for the server, the client and what is expected reads best
import socket
import threading
import time

import pytest

from demo_data.replica.faults import Fault
from demo_data.replica.replica import Replica
from demo_data.replica.server import Reply
from humancentric.core.http_client import MOST_CONNECTIONS, RateLimitedClient, file_bytes
from humancentric.core.http_transport import ServiceError, loggable, redirected
from humancentric.core.parallel import AHEAD, ordered_map
from tmdb_films import film, write


class Time:
    """A clock that moves only when somebody sleeps, and a record of the sleeps."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        self.slept.append(seconds)


@pytest.fixture
def serving(tmp_path):
    """Return a function that starts a replica with one picture and faults to come."""
    files = write(tmp_path / "films", [film(1)], {"p1.jpg": b"picture"})
    return lambda faults=(): Replica(*files, faults=faults)


def polite(time=None, **options):
    time = time or Time()
    return RateLimitedClient(
        requests_per_second=None, proxied=False, clock=time.clock, sleep=time.sleep, **options
    )


def moved(location, status=302):
    return Fault(reply=Reply(status, b"", headers={"Location": location}))


def test_any_file_can_be_asked_for(serving):
    with serving([Fault(reset=True)]) as replica, polite() as client:
        assert client.ask(f"{replica.image_url}/w780/p1.jpg") == b"picture"


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><p>soon</p>", b"\n <html>maintenance", b""])
def test_a_web_page_in_place_of_a_file_is_asked_for_again(serving, page):
    with serving([Fault(reply=Reply(200, page, "text/html"))]) as replica, polite() as client:
        assert client.ask(f"{replica.image_url}/w780/p1.jpg", parse=file_bytes) == b"picture"
        assert len(replica.request_log) == 2


def test_a_body_above_the_bound_is_refused_once_and_for_all(serving):
    with serving() as replica, polite() as client:
        url = f"{replica.image_url}/w780/p1.jpg"
        assert client.ask(url, largest=7) == b"picture"
        with pytest.raises(ServiceError, match="more than 6 bytes") as caught:
            client.ask(url, largest=6)
        assert caught.value.oversized
        assert len(replica.request_log) == 2


def test_all_attempts_together_are_bounded(serving):
    time = Time()
    with serving(lambda *_: Fault(reply=Reply(503, b""))) as replica:
        with polite(time, attempts=100, patience=200) as client, pytest.raises(ServiceError, match="503"):
            client.ask(replica.api_url)
    assert sum(time.slept) <= 200
    assert 5 < len(time.slept) < 12


def test_requests_about_one_item_may_share_its_time(serving):
    time = Time()
    with serving(lambda *_: Fault(reply=Reply(503, b""))) as replica, polite(time, patience=50) as client:
        until = client.until()
        for _ in range(3):
            with pytest.raises(ServiceError):
                client.ask(replica.api_url, until=until)
    assert time.now <= 50


def test_redirects_within_the_host_are_followed(serving):
    with serving([moved("/t/p/w780/p1.jpg"), None]) as replica, polite() as client:
        assert client.ask(f"{replica.url}/old") == b"picture"
        assert [asked.path for asked in replica.request_log] == ["/old", "/t/p/w780/p1.jpg"]


@pytest.mark.parametrize(
    "location", ["http://localhost:1/x", "//images.invalid/x", "https://127.0.0.1/x", "http://127.0.0.1:1/x"]
)
def test_redirects_to_other_hosts_and_ports_are_refused(serving, location):
    with serving([moved(location)]) as replica, polite() as client:
        with pytest.raises(ServiceError, match="not followed") as caught:
            client.ask(replica.url)
        assert caught.value.status == 302
        assert len(replica.request_log) == 1


def test_a_circle_of_redirects_ends(serving):
    with serving(lambda *_: moved("/again", 301)) as replica, polite() as client:
        with pytest.raises(ServiceError, match="301"):
            client.ask(replica.url)
        assert len(replica.request_log) == 4


def test_redirects_stay_on_their_host_or_become_safer():
    for url, location, target in [
        ("http://a.example/x", "https://a.example/y", "https://a.example/y"),
        ("https://a.example:8443/x/z", "y?q", "https://a.example:8443/x/y?q"),
        ("https://a.example/x", "http://a.example/x", None),
        ("https://a.example/x", "https://b.a.example/x", None),
        ("https://a.example/x", "https://a.example@b.example/x", None),
        ("https://a.example/x", "file:///etc/passwd", None),
        ("https://a.example/x", "https://a.example:port/x", None),
        ("https://a.example/x", "http://[::1", None),
    ]:
        assert redirected(url, location) == target


def test_a_place_tells_neither_passwords_nor_hidden_queries():
    told = loggable("https://user:password@host.example:8/p.jpg?signature=s3cr3t", {"page": 2})
    assert told == "host.example:8/p.jpg?page=2"


@pytest.mark.parametrize("url", ["not an address", "ftp://host.example/x", "http://", "http://[::1"])
def test_an_address_of_nothing_is_not_asked_for_again(url):
    time = Time()
    with polite(time) as client, pytest.raises(ServiceError):
        client.ask(url)
    assert time.slept == []


def test_never_more_than_eight_connections():
    with polite(connections=50) as client:
        assert client.connections == MOST_CONNECTIONS == 8


class Endless(threading.Thread):
    """A server that begins its answer with `first` and goes on with `more`, over and over."""

    def __init__(self, first, more, pause):
        super().__init__(daemon=True)
        self.first, self.more, self.pause = first, more, pause
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.over = threading.Event()

    def run(self):
        peer, _ = self.listener.accept()
        with peer, self.listener:
            peer.recv(65536)
            try:
                peer.sendall(self.first)
                while not self.over.wait(self.pause):
                    peer.sendall(self.more)
            except OSError:
                return


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "status": (b"", b"x"),
    "interim": (b"", b"HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n"),
    "header": (OK + b"X-Endless: ", b"x"),
    "body": (OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
    "size of a chunk": (CHUNKED, b"0"),
    "extension": (CHUNKED + b"5;", b"x"),
    "trailers": (CHUNKED + b"1\r\nx\r\n0\r\n", b"X-A: b\r\n"),
    "redirect": (b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 1000000\r\n\r\n", b"x"),
}


def asked(server, **bounds):
    """Return what an answer without an end is told to be."""
    server.start()
    try:
        with RateLimitedClient(proxied=False, attempts=1, **bounds) as client:
            with pytest.raises(ServiceError) as told:
                client.ask(server.url, largest=5000)
        return told.value
    finally:
        server.over.set()


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_that_trickles_ends_at_the_deadline(kind):
    begin = time.monotonic()
    assert "not finished within 0.3 s" in str(asked(Endless(*ENDLESS[kind], 0.01), deadline=0.3))
    assert time.monotonic() - begin < 30  # it would take hours


@pytest.mark.parametrize("kind", ["interim", "trailers", "extensions"])
def test_all_bytes_of_an_answer_count(kind):
    more = {"extensions": (CHUNKED, b"1;" + b"x" * 60000 + b"\r\nx\r\n")}
    first, again = (more | ENDLESS)[kind]
    error = asked(Endless(first, again * (1 + 60000 // len(again)), 0), deadline=120)
    assert "more than 5000 bytes" in str(error)
    assert error.oversized


def test_results_come_in_order_and_few_wait_for_one():
    taken = []

    def numbers():
        for number in range(5 * AHEAD):
            taken.append(number)
            yield number

    results = ordered_map(lambda number: number * number, numbers(), 4, lambda: None)
    assert [next(results) for _ in range(3)] == [0, 1, 4]
    assert len(taken) <= AHEAD + 4
    results.close()


def test_the_error_that_stops_all_is_the_one_that_is_told():
    stopped = threading.Event()

    def work(number):
        if number == 5:
            raise ValueError("the reason")
        assert stopped.wait(10)
        raise RuntimeError("a consequence")

    with pytest.raises(ValueError, match="the reason"):
        list(ordered_map(work, range(6), 6, stopped.set))
