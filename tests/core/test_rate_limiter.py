from hypothesis import given
from hypothesis import strategies as st

from humancentric.core.http_client import RateLimiter


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self):
        self.now = 100.0

    def clock(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds


def test_after_the_burst_one_permission_an_interval():
    time = Time()
    limiter = RateLimiter(10, burst=3, clock=time.clock, sleep=time.sleep)
    moments = []
    for _ in range(6):
        limiter.wait()
        moments.append(round(time.now - 100, 6))
    assert moments == [0, 0, 0, 0.1, 0.2, 0.3]


def test_without_a_rate_nobody_waits():
    time = Time()
    limiter = RateLimiter(None, clock=time.clock, sleep=time.sleep)
    for _ in range(1000):
        limiter.wait()
    assert time.now == 100


def test_a_hold_stops_everybody():
    time = Time()
    limiter = RateLimiter(10, burst=1, clock=time.clock, sleep=time.sleep)
    limiter.wait()
    limiter.hold(7)
    limiter.hold(3)  # a shorter one does not end the longer one
    limiter.wait()
    assert time.now == 107
    limiter.wait()
    assert round(time.now, 6) == 107.1


def test_a_hold_stops_also_who_waits_for_its_turn_and_no_other_host():
    time = Time()

    def sleep(seconds):
        limiter.hold(7, "busy") if time.now == 100 else None
        time.sleep(seconds)

    limiter = RateLimiter(1, burst=1, clock=time.clock, sleep=sleep)
    limiter.wait("busy")
    limiter.wait("busy")  # its turn would be at 101, but meanwhile the host asks to wait until 107
    assert time.now == 107
    limiter.hold(50, "busy")
    limiter.wait("other")
    assert time.now == 108


@given(st.lists(st.floats(0, 2), min_size=1, max_size=60), st.integers(1, 50), st.integers(1, 8))
def test_no_second_sees_more_than_rate_and_burst(idle, rate, burst):
    time = Time()
    limiter = RateLimiter(rate, burst=burst, clock=time.clock, sleep=time.sleep)
    moments = []
    for seconds in idle:
        time.now += seconds
        limiter.wait()
        moments.append(time.now)
    for start in moments:
        assert sum(start <= moment < start + 1 - 1e-6 for moment in moments) <= rate + burst
