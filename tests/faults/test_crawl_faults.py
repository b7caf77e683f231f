"""Faults of the service, the disk and the token leave the same tables, and no response is requested twice."""

import subprocess
import threading
import time

import pytest
from crawling import CONNECTIONS, Crawl, items

from demo_data.replica.faults import Fault, busy, failing, web_page

SPREAD = (0, 1, 4, 9, 10, 11, 30, 61)  # numbers of faulty requests: the first, listing, posters
FEW = (2, 40)  # for faults that take seconds
TEMPORARY_FAULTS = {
    "429-seconds": (busy(1), FEW),
    "429-date": (busy(1, dated=True), FEW),
    "500": (failing(11), SPREAD),
    "502": (failing(43), SPREAD),
    "503": (failing(46), SPREAD),
    "504": (failing(24), SPREAD),
    "reset": (Fault(reset=True), SPREAD),
    "truncated": (Fault(truncated=True), SPREAD),
    "web-page": (web_page(), SPREAD),
    "stall": (Fault(delay=30), FEW),
    "stall-in-the-body": (Fault(stall=30), FEW),
}


def assert_same(crawl: Crawl, undisturbed: Crawl) -> None:
    """Assert that the tables equal those of the undisturbed run byte for byte, and that nothing else is left."""
    assert crawl.tables() == undisturbed.tables()
    assert crawl.leftovers() == []


@pytest.mark.parametrize(("fault", "hit"), TEMPORARY_FAULTS.values(), ids=TEMPORARY_FAULTS)
def test_a_passing_fault_costs_one_more_request_and_changes_nothing(crawl, undisturbed, fault, hit):
    crawl.replica.faults = dict.fromkeys(hit, fault)
    assert crawl.run() == 0, crawl.stderr
    assert_same(crawl, undisturbed)
    assert crawl.answered() == undisturbed.answered()  # each of them once
    assert len(crawl.replica.request_log) == len(undisturbed.replica.request_log) + len(hit)


def test_a_service_that_is_down_for_a_while_is_waited_for(crawl, undisturbed):
    def down():
        crawl.replica.stop()
        time.sleep(1.0)  # of about 3 s of retries; with the default times, one minute of about two
        crawl.replica.start()

    def fault(request, number):
        if number == 40:
            threading.Thread(target=down).start()
        return None

    crawl.replica.faults = fault
    assert crawl.run() == 0, crawl.stderr
    assert_same(crawl, undisturbed)
    assert set(crawl.answered()) == set(undisturbed.answered())
    # Responses in flight may have been lost when the connections were cut.
    assert len(items(crawl.answered() - undisturbed.answered())) <= CONNECTIONS


def test_a_service_that_stays_down_stops_the_crawl_with_one_line(crawl, undisturbed):
    crawl.replica.faults = lambda request, number: Fault(reset=True) if number >= 5 else None
    assert crawl.run(attempts=2) == 1
    (line,) = crawl.errors()
    assert "check network and tmdb.api_url, then run again: what has been downloaded is kept" in line
    arrived = crawl.answered()
    assert arrived
    crawl.replica.faults = ()
    assert crawl.run() == 0, crawl.stderr
    assert_same(crawl, undisturbed)
    assert crawl.answered() == undisturbed.answered()


@pytest.mark.parametrize("moment", [0, 3])
def test_a_wrong_token_stops_the_crawl_with_the_variable_to_set(crawl, undisturbed, moment):
    refused = Fault(reply=failing(7).reply)
    crawl.replica.faults = lambda request, number: (
        refused if number >= moment and "/3/" in request.path else None
    )
    assert crawl.run() == 1
    (line,) = crawl.errors()
    assert "TMDB_TOKEN: refused by 127.0.0.1" in line
    assert "set TMDB_TOKEN" in line
    assert len(crawl.replica.request_log) <= moment + CONNECTIONS  # 401 is not retried
    crawl.replica.faults = ()
    assert crawl.run() == 0, crawl.stderr
    assert_same(crawl, undisturbed)
    assert crawl.answered() == undisturbed.answered()


def test_a_disk_that_refuses_a_poster_stops_the_crawl_and_loses_little(films, crawl, undisturbed):
    largest = max(path.stat().st_size for path in films[1].iterdir())
    assert crawl.run(largest_file=largest - 1) == 1
    (line,) = crawl.errors()
    assert "File too large" in line
    assert "run again" in line
    assert (crawl.results / "listing.parquet").exists()  # everything else is smaller
    assert crawl.run() == 0, crawl.stderr
    assert_same(crawl, undisturbed)
    twice = items(crawl.answered() - undisturbed.answered())
    assert 1 <= len(twice) <= CONNECTIONS  # in flight when the disk was full


def test_a_disk_that_refuses_a_table_costs_no_request(crawl, undisturbed):
    largest = max(len(data) for name, data in undisturbed.tables().items() if "images" in name)
    assert crawl.run(largest_file=largest // 2) == 1
    (line,) = crawl.errors()
    assert "File too large" in line
    requests = len(crawl.replica.request_log)
    assert not (crawl.results / "images").exists() or not list((crawl.results / "images").rglob("*.parquet"))
    assert crawl.run() == 0, crawl.stderr
    assert_same(crawl, undisturbed)
    assert crawl.answered() == undisturbed.answered()
    assert len(crawl.replica.request_log) == len(undisturbed.replica.request_log) > requests


@pytest.fixture
def small_disk(tmp_path):
    """Yield a folder on a disk of two megabytes, and a function that enlarges the disk."""
    folder = tmp_path / "results"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small file system cannot be mounted here (needs root); limits on file size are tested")
    larger = ["mount", "-o", "remount,size=256m", str(folder)]
    yield folder, lambda: subprocess.run(larger, check=True, capture_output=True)
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_stops_the_crawl_with_one_line(small_disk, crawl, undisturbed):
    _, enlarge = small_disk
    assert crawl.run() == 1
    (line,) = crawl.errors()
    assert "No space left on device" in line
    enlarge()
    assert crawl.run() == 0, crawl.stderr
    assert_same(crawl, undisturbed)
    assert len(items(crawl.answered() - undisturbed.answered())) <= CONNECTIONS
