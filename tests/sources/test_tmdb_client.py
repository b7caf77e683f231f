# ruff: noqa: SIM117 - one block each for the server, the client and what is expected reads best
"""What the client of TMDb outlasts, how long it waits, and how errors end it."""

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tmdb_clients import HTML, LIST, Asleep, busy, client_of

from demo_data.replica.faults import Fault
from demo_data.replica.replica import Replica
from demo_data.replica.server import error
from humancentric.core.errors import UserError
from humancentric.core.http_transport import ServiceError
from humancentric.sources.tmdb.api import POSTER_PATH, Client
from tmdb_films import film, write


@pytest.fixture
def files(tmp_path):
    return write(tmp_path / "films", [film(1), film(2)], {"p1.jpg": b"picture"})


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
        pytest.raises(ValueError, match="not a poster path"),
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
