# ruff: noqa: SIM117 - one block each for the server, the client and what is expected reads best
import logging
import socket
import threading
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from requests import Session

from demo_data.replica.faults import Fault
from demo_data.replica.replica import Replica
from demo_data.replica.server import Reply, error
from humancentric import __version__
from humancentric.core.errors import UserError
from humancentric.core.http_transport import ServiceError, is_loopback
from humancentric.sources.tmdb.api import POSTER_PATH, Client, check_terms, credentials_from
from tmdb_films import film, write

SECRET = "s3cr3t-0123456789abcdef"


@pytest.fixture
def files(tmp_path):
    return write(tmp_path / "films", [film(1), film(2)], {"p1.jpg": b"picture"})


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


@pytest.mark.parametrize(
    "fault",
    [
        busy(429),
        busy(500),
        busy(502),
        busy(503),
        busy(504),
        Fault(reset=True),
        Fault(truncated=True),
        HTML,
        LIST,
    ],
    ids=["429", "500", "502", "503", "504", "reset", "truncated", "html", "list"],
)
def test_passing_faults_are_outlasted(files, fault):
    with Replica(*files, faults=[fault] * 3) as replica, client_of(replica) as client:
        assert client.get("movie/1")["title"] == "Film 1"
        assert len(replica.request_log) == 4


@pytest.mark.parametrize("fault", [busy(503), Fault(reset=True), Fault(truncated=True)])
def test_images_are_outlasted_too(files, fault):
    with Replica(*files, faults=[fault]) as replica, client_of(replica) as client:
        assert client.image("w780", "/p1.jpg") == b"picture"


def test_waits_double_with_jitter_up_to_a_minute(files):
    asleep = Asleep()
    with Replica(*files, faults=lambda *_: busy(503)) as replica:
        with (
            client_of(replica, sleep=asleep, attempts=10) as client,
            pytest.raises(ServiceError, match="503"),
        ):
            client.get("movie/1")
    expected = [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len(asleep.seconds) == len(expected)
    for seconds, middle in zip(asleep.seconds, expected, strict=True):
        assert 0.75 * middle <= seconds <= 1.25 * middle
    assert len({seconds / middle for seconds, middle in zip(asleep.seconds, expected, strict=True)}) > 1


def test_retry_after_in_seconds_is_honoured(files):
    asleep = Asleep()
    with Replica(*files, faults=[busy(503, Retry_After="17")]) as replica:
        with client_of(replica, sleep=asleep) as client:
            client.get("movie/1")
    assert len(asleep.seconds) == 1  # until a moment, so less than 17 s by what has passed
    assert 7 < asleep.seconds[0] <= 17


def test_retry_after_as_a_date_is_honoured(files):
    asleep = Asleep()
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    with Replica(*files, faults=[busy(503, Retry_After=moment)]) as replica:
        with client_of(replica, sleep=asleep) as client:
            client.get("movie/1")
    assert 30 < asleep.seconds[0] <= 91


@pytest.mark.parametrize(
    "text", ["soon", "", "-5", "Fri, 31 Dec 99999 23:59:59 GMT", "Fri, 31 Dec 0 0:0:0 GMT", "²"]
)
def test_a_senseless_retry_after_does_no_harm(files, text):
    asleep = Asleep()
    with Replica(*files, faults=[busy(503, Retry_After=text)]) as replica:
        with client_of(replica, sleep=asleep) as client:
            client.get("movie/1")
    assert all(seconds <= 1.25 for seconds in asleep.seconds)


def test_a_wait_of_hours_ends_the_request(files):
    with Replica(*files, faults=[busy(503, Retry_After="7200")]) as replica, client_of(replica) as client:
        with pytest.raises(ServiceError, match="asks to wait 7200 s"):
            client.get("movie/1")


@pytest.mark.parametrize("text", ["9" * 5000, "1" + "0" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_of_years_ends_the_request_as_one_of_six_hours(files, text):
    with Replica(*files, faults=[busy(503, Retry_After=text)]) as replica, client_of(replica) as client:
        with pytest.raises(ServiceError, match="asks to wait 21600 s"):
            client.get("movie/1")


def test_429_holds_every_thread(files):
    class Time:
        now = 0.0

        def sleep(self, seconds):
            self.now += seconds

    time = Time()
    with Replica(*files, faults=[busy(429, Retry_After="30")]) as replica:
        with client_of(replica, sleep=time.sleep, clock=lambda: time.now) as client:
            client.get("movie/1")
    assert time.now == 30


@pytest.mark.parametrize("code", [34, 22, 5])
def test_refusals_are_not_repeated(files, code):
    with Replica(*files, faults=lambda *_: Fault(reply=error(code))) as replica, client_of(replica) as client:
        with pytest.raises(ServiceError) as caught:
            client.get("movie/1")
        assert caught.value.status == error(code).status
        assert len(replica.request_log) == 1


@pytest.mark.parametrize(("credential", "variable"), [("token", "TMDB_TOKEN"), ("key", "TMDB_API_KEY")])
def test_401_names_the_variable_and_is_not_repeated(files, credential, variable):
    with Replica(*files, token="other", key="other") as replica:
        with client_of(replica, **({"token": None} | {credential: SECRET})) as client:
            with pytest.raises(UserError, match=f"^{variable}: refused by 127.0.0.1 .*set {variable}"):
                client.get("movie/1")
        assert len(replica.request_log) == 1


def test_the_key_works_and_the_image_host_never_sees_the_token(files, monkeypatch):
    with Replica(*files, key=SECRET) as replica, client_of(replica, token=None, key=SECRET) as client:
        assert client.get("authentication")["success"] is True
    seen = []
    with Replica(*files) as replica, client_of(replica) as client:
        send = Session.send
        monkeypatch.setattr(
            Session, "send", lambda self, request, **rest: seen.append(request) or send(self, request, **rest)
        )
        client.get("movie/1")
        client.image("w780", "/p1.jpg")
    assert [request.headers.get("Authorization") for request in seen] == [f"Bearer {SECRET}", None]
    assert all(request.headers["User-Agent"].startswith(f"humancentric/{__version__}") for request in seen)


@pytest.mark.parametrize("credential", ["token", "key"])
@pytest.mark.parametrize(
    "fault",
    [
        busy(503),
        Fault(reset=True),
        HTML,
        Fault(reply=error(34)),
        Fault(reply=error(7)),
        Fault(reply=Reply(400, b'{"status_message": "bad api_key=' + SECRET.encode() + b'"}')),
        Fault(reply=Reply(302, b"", headers={"Location": f"http://127.0.0.1/x?api_key={SECRET}"})),
    ],
    ids=["503", "reset", "html", "404", "401", "echo", "redirect"],
)
def test_no_secret_in_errors_or_logs(files, fault, credential, caplog):
    caplog.set_level(logging.DEBUG)
    with Replica(*files, faults=lambda *_: fault) as replica:
        with client_of(replica, attempts=2, **({"token": None} | {credential: SECRET})) as client:
            with pytest.raises((ServiceError, UserError)) as caught:
                client.get("discover/movie", {"page": 1})
    chain, cause = [], caught.value
    while cause is not None:
        chain.append(repr(cause))
        cause = cause.__cause__ or cause.__context__
    told = "".join(traceback.format_exception(caught.value)) + "".join(chain) + caplog.text
    assert SECRET not in told


def test_no_secret_when_nobody_listens(caplog):
    caplog.set_level(logging.DEBUG)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with Client(url, url, key=SECRET, attempts=2, sleep=Asleep()) as client:
        with pytest.raises(
            ServiceError, match=r"no whole answer .ConnectionError., after 2 attempts"
        ) as caught:
            client.get("movie/1")
    assert SECRET not in "".join(traceback.format_exception(caught.value)) + caplog.text


def test_redirects_are_refused(files):
    away = Fault(reply=Reply(302, b"", headers={"Location": "http://localhost:1/stolen"}))
    with Replica(*files, faults=[away]) as replica, client_of(replica) as client:
        with pytest.raises(ServiceError, match=r"302 .a redirect to localhost, which is not followed"):
            client.get("movie/1")
        assert len(replica.request_log) == 1


def test_a_silent_service_ends_in_an_error(files):
    with Replica(*files, faults=lambda *_: Fault(delay=0.4)) as replica:
        with (
            client_of(replica, timeout=0.05, attempts=2) as client,
            pytest.raises(ServiceError, match="Timeout"),
        ):
            client.get("movie/1")


def test_an_answer_that_trickles_ends_at_the_deadline(files):
    class Time:
        now = 0.0

    def clock():
        Time.now += 20  # every look at the clock finds it 20 s later
        return Time.now

    with Replica(*files) as replica, client_of(replica, clock=clock, deadline=10, attempts=1) as client:
        with pytest.raises(ServiceError, match="not finished within 10 s"):
            client.get("movie/1")


@pytest.mark.parametrize(
    "path",
    [
        "/../../x.jpg",
        "//host/x.jpg",
        "http://host/x.jpg",
        "x.jpg",
        "/x.jpg?y",
        "/x.svg",
        "/.jpg",
        "/a b.jpg",
        "/x.jpg\n",
        "",
    ],
)
def test_paths_from_outside_are_plain_names(path):
    assert not POSTER_PATH.fullmatch(path)
    with (
        Client("https://api.invalid", "https://images.invalid") as client,
        pytest.raises(ValueError, match="no poster"),
    ):
        client.image("w780", path)


def test_each_keeps_order_and_bounds_the_connections():
    running, most, lock = 0, 0, threading.Lock()
    gate = threading.Barrier(3, timeout=5)

    def work(item):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        gate.wait()
        with lock:
            running -= 1
        return item * item

    with Client("https://api.invalid", "https://images.invalid", connections=3) as client:
        assert list(client.each(work, range(9))) == [item * item for item in range(9)]
    assert most == 3


def test_an_error_in_one_thread_stops_the_others(files):
    with Replica(*files, faults=lambda *_: Fault(reply=error(7))) as replica, client_of(replica) as client:
        with pytest.raises(UserError, match="TMDB_TOKEN"):
            list(client.each(lambda number: client.get(f"movie/{number}"), range(500)))
        assert len(replica.request_log) <= 2 * client.connections


def test_plain_http_is_for_loopback_only():
    with pytest.raises(UserError, match=r"tmdb.api_url is 'http://api.invalid'; use .* https"):
        Client("http://api.invalid", "https://images.invalid")
    assert [
        is_loopback(f"http://{host}") for host in ("127.0.0.1:80", "[::1]", "localhost", "api.invalid")
    ] == [
        True,
        True,
        True,
        False,
    ]


def test_terms_must_be_acknowledged_for_the_real_service():
    check_terms("http://127.0.0.1:8000", False)
    check_terms("https://api.themoviedb.org", True)
    with pytest.raises(UserError) as caught:
        check_terms("https://api.themoviedb.org", False)
    told = str(caught.value)
    assert "\n" not in told
    for word in ("tmdb.terms_acknowledged", "6 months", "machine learning", "https://www.themoviedb.org/"):
        assert word in told


def test_credentials_come_from_the_environment():
    assert credentials_from({"TMDB_TOKEN": " t ", "TMDB_API_KEY": "k"}) == {"token": "t"}
    assert credentials_from({"TMDB_TOKEN": " ", "TMDB_API_KEY": "k"}) == {"key": "k"}
    with pytest.raises(UserError, match="TMDB_TOKEN is not set"):
        credentials_from({})
