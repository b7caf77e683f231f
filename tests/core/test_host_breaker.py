"""A host that does not answer is left alone by all jobs of a run, and tried once a minute."""

import pytest

from demo_data.replica.faults import Fault
from demo_data.replica.replica import Replica
from demo_data.replica.server import Reply
from humancentric.core.host_breaker import COOLING, HOSTS, OPEN_AFTER, HostBreaker
from humancentric.core.http_client import REPEATED, RateLimitedClient
from humancentric.core.http_transport import ServiceError
from tmdb_films import film, write

OUTAGE = Fault(reply=Reply(503, b""))


class Time:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def serving(tmp_path):
    """Return a function that starts a replica with one picture and faults to come."""
    files = write(tmp_path / "films", [film(1)], {"p1.jpg": b"picture"})
    return lambda faults: Replica(*files, faults=faults)


def ask(replica, breaker):
    """Ask as a job of its own; return what it tells."""
    options = {"requests_per_second": None, "proxied": False, "attempts": 6, "sleep": lambda _: None}
    with RateLimitedClient(breaker=breaker, **options) as client:
        try:
            client.ask(f"{replica.image_url}/w780/p1.jpg")
        except ServiceError as failure:
            return str(failure)
    return "answered"


def test_an_outage_costs_all_jobs_together_a_few_requests(serving, tmp_path):
    down, time = [True], Time()
    with serving(lambda *_: OUTAGE if down[0] else None) as replica:
        told = [ask(replica, HostBreaker(tmp_path / "hosts", time)) for _ in range(30)]
        assert len(replica.request_log) == 6 + (OPEN_AFTER - 1) * REPEATED
        assert all("after" in line for line in told[:OPEN_AFTER])
        assert len(set(told[OPEN_AFTER:])) == 1
        assert "not requested, because 127.0.0.1 did not answer before; wait 60 s" in told[-1]

        asked = len(replica.request_log)
        time.now += COOLING + 1
        told = [ask(replica, HostBreaker(tmp_path / "hosts", time)) for _ in range(5)]
        assert len(replica.request_log) == asked + REPEATED  # one job tries

        down[0] = False
        time.now += COOLING + 1
        assert [ask(replica, HostBreaker(tmp_path / "hosts", time)) for _ in range(3)] == ["answered"] * 3
        assert HostBreaker(tmp_path / "hosts", time).failures("127.0.0.1") == 0


def test_only_one_of_those_who_ask_at_once_tries(tmp_path):
    time, breakers = Time(), [HostBreaker(tmp_path, Time()) for _ in range(3)]
    for breaker in breakers:
        breaker._clock = time
    for _ in range(OPEN_AFTER):
        breakers[0].gave_up("h")
    time.now += COOLING + 1
    assert [breaker.wait("h") for breaker in breakers] == [0, COOLING, COOLING]


def test_a_wait_of_hours_holds_for_all_jobs(serving, tmp_path):
    busy, time = Fault(reply=Reply(429, b"", headers={"Retry-After": "7200"})), Time()
    with serving(lambda *_: busy) as replica:
        told = [ask(replica, HostBreaker(tmp_path / "hosts", time)) for _ in range(4)]
        assert len(replica.request_log) == 1
        assert "asks to wait 7200 s" in told[0]
        assert "wait 7200 s" in told[3]


def test_other_hosts_and_other_runs_do_not_know(tmp_path):
    one = HostBreaker.of({HOSTS: str(tmp_path / "one")})
    for _ in range(OPEN_AFTER):
        one.gave_up("h")
    assert HostBreaker.of({HOSTS: str(tmp_path / "one")}).wait("h") > 0
    assert HostBreaker.of({HOSTS: str(tmp_path / "one")}).wait("other") == 0
    assert HostBreaker.of({HOSTS: str(tmp_path / "two")}).wait("h") == 0
    assert HostBreaker.of({}).wait("h") == 0


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_a_damaged_record_counts_as_none(tmp_path, text):
    breaker = HostBreaker(tmp_path)
    breaker.gave_up("h")
    next(tmp_path.iterdir()).write_text(text)
    assert (breaker.failures("h"), breaker.wait("h")) == (0, 0)
