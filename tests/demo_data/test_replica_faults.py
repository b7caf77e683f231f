import json
import socket
import threading
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
import requests

from demo_data.replica.faults import Fault, Limit, Plan, busy, failing, no_picture, web_page
from demo_data.replica.replica import Replica
from demo_data.replica.server import Request, error
from tmdb_films import film, write

BEARER = {"Authorization": "Bearer t"}
RESET = Fault(reset=True)


@pytest.fixture
def files(tmp_path):
    return write(tmp_path / "films", [film(1), film(2)], {"p1.jpg": b"picture" * 5000})


def asked(page):
    return Request("GET", "/3/discover/movie", (("page", str(page)),))


def get(replica, path="movie/1", **options):
    return requests.get(f"{replica.api_url}/3/{path}", headers=BEARER, **{"timeout": 5} | options)


def connection_to(replica):
    return socket.create_connection(("127.0.0.1", int(replica.url.rsplit(":", 1)[1])), 5)


def test_a_plan_goes_by_number_or_by_pattern():
    third, second_page, any_page = Fault(delay=3), Fault(delay=2), Fault(delay=1, times=None)
    plan = Plan({3: third, "GET /3/*page=2": second_page, "*discover*": any_page})
    assert plan(asked(1), 0) is any_page
    assert plan(asked(2), 1) is second_page
    assert plan(asked(2), 2) is any_page  # the first was for one request only
    assert plan(asked(2), 3) is third
    assert plan(Request("GET", "/3/configuration", ()), 4) == Fault()


def test_a_plan_may_be_a_sequence_or_a_function():
    assert [Plan([RESET, None])(asked(1), number) for number in range(3)] == [RESET, Fault(), Fault()]
    assert Plan(lambda what, number: RESET if number == 1 else None)(asked(1), 1) is RESET


def test_the_faults_have_the_service_s_bodies(files):
    plan = {0: failing(11), 1: failing(43), 2: failing(46), 3: failing(7), 4: busy(2), 5: web_page()}
    with Replica(*files, faults=plan) as replica:
        answers = [get(replica) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [500, 502, 503, 401, 429, 200]
    assert [answer.json()["status_code"] for answer in answers[:5]] == [11, 43, 46, 7, 25]
    assert answers[4].headers["Retry-After"] == "2"
    assert answers[5].text.startswith("<!DOCTYPE html>")


def test_retry_after_as_a_date_lies_ahead(files):
    with Replica(*files, faults={0: busy(5, dated=True)}) as replica:
        date = parsedate_to_datetime(get(replica).headers["Retry-After"])
    assert 3 < (date - datetime.now(UTC)).total_seconds() <= 6


def test_a_reset_is_no_end_of_file(files):
    with Replica(*files, faults={0: RESET}) as replica, connection_to(replica) as connection:
        connection.sendall(b"GET /3/movie/1 HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_a_rendition_may_be_missing_where_another_is_there(files):
    with Replica(*files, faults={"*/w600_and_h900_bestv2/p1.jpg": no_picture()}) as replica:
        answers = [
            requests.get(f"{replica.image_url}/{size}/p1.jpg", timeout=5)
            for size in ("w600_and_h900_bestv2", "w780")
        ]
    assert [answer.status_code for answer in answers] == [404, 200]


def test_a_stall_ends_when_the_client_loses_patience(files):
    with Replica(*files, faults={0: Fault(stall=30), 1: Fault(delay=30)}) as replica:
        for _ in range(2):
            with pytest.raises(requests.RequestException):
                get(replica, timeout=0.2)
        assert get(replica).status_code == 200
        replica.settle()
        assert len(replica.request_log) == 3
        assert [str(one) for one in replica.answered] == ["GET /3/movie/1"]


def test_a_service_that_is_down_refuses_and_comes_back_at_the_same_address(files):
    with Replica(*files) as replica, requests.Session() as session:
        url = f"{replica.api_url}/3/movie/1"
        assert session.get(url, headers=BEARER, timeout=5).status_code == 200
        replica.stop()
        with pytest.raises(requests.ConnectionError):  # not even over the connection that was open
            session.get(url, headers=BEARER, timeout=5)
        with pytest.raises(ConnectionRefusedError):
            connection_to(replica)
        replica.start()
        assert session.get(url, headers=BEARER, timeout=5).status_code == 200


def test_the_limit_is_a_bucket():
    now = [0.0]
    limit = Limit(2.0, burst=3, clock=lambda: now[0])
    assert [limit.refusal() for _ in range(3)] == [None] * 3
    refusal = limit.refusal()
    assert (refusal.status, refusal.headers) == (429, {"Retry-After": "1"})
    now[0] = 0.4
    assert limit.refusal() is not None
    now[0] = 0.6
    assert limit.refusal() is None
    now[0] = 100.0
    assert [limit.refusal() is None for _ in range(4)] == [True, True, True, False]


def test_the_limit_holds_for_the_api_and_not_for_images(files):
    with Replica(*files, limit=Limit(0.01, burst=1)) as replica:
        assert [get(replica).status_code for _ in range(2)] == [200, 429]
        assert get(replica).json() == json.loads(error(25).body)
        assert requests.get(f"{replica.image_url}/w780/p1.jpg", timeout=5).status_code == 200
        replica.settle()
        assert len(replica.answered) == 2


def test_the_request_log_is_written_as_it_goes(files, tmp_path):
    path = tmp_path / "requests.jsonl"
    with Replica(*files, faults={1: Fault(truncated=True)}, request_log_path=path) as replica:
        assert get(replica, "movie/2", params={"api_key": "s3cret"}).status_code == 200
        with pytest.raises(requests.RequestException):
            get(replica)
        replica.settle()
        events = [json.loads(line) for line in path.read_text().splitlines()]
    assert "s3cret" not in path.read_text()
    for event in events:
        assert event.pop("at") >= 0
    # An answer is noted after it was sent: by then the next request may have arrived.
    assert [event for event in events if event["number"] == 0] == [
        {"number": 0, "request": "GET /3/movie/2"},
        {"number": 0, "status": 200, "whole": True},
    ]
    assert [event for event in events if event["number"] == 1] == [
        {"number": 1, "request": "GET /3/movie/1"},
        {"number": 1, "status": 200, "whole": False},
    ]


def test_settling_ends_with_the_last_open_connection(files):
    with Replica(*files) as replica, requests.Session() as session:
        session.get(f"{replica.api_url}/3/movie/1", headers=BEARER, timeout=5)
        with pytest.raises(TimeoutError, match="1 connections"):
            replica.settle(patience=0.05)
        session.close()
        replica.settle()


def test_many_threads_are_counted_without_loss(files):
    with Replica(*files) as replica:
        threads = [threading.Thread(target=get, args=(replica,)) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(replica.request_log) == 24
