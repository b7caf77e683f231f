"""SIGKILL at random moments of the crawl, and in the middle of writing a table: same bytes, nothing asked for twice."""

import signal
import time

from crawling import CONNECTIONS, Killer

KILLS = 20


def test_twenty_kills_cost_no_more_than_what_was_on_its_way(crawl, undisturbed):
    killer = Killer(crawl, seed=20)
    total = len(undisturbed.answered())
    for left in range(KILLS, 0, -1):
        before = crawl.answered()
        killer.aim(total - len(before), left)
        assert crawl.run() == -signal.SIGKILL, crawl.told
        again = crawl.answered() - before
        repeated = sum(count for request, count in again.items() if request in before)
        assert repeated <= CONNECTIONS
    killer.rest()
    assert crawl.run() == 0, crawl.told
    assert crawl.tables() == undisturbed.tables()
    assert crawl.leftovers() == []
    assert set(crawl.answered()) == set(undisturbed.answered())
    assert sum(crawl.answered().values()) <= total + KILLS * CONNECTIONS


def test_a_kill_in_the_middle_of_a_table_costs_no_request(crawl, undisturbed):
    process = crawl.start()
    while process.poll() is None:
        if list(crawl.results.rglob("images/**/.*.parquet.*.tmp")):
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.0005)
    assert crawl.ended() == -signal.SIGKILL, "the table was written too quickly to be hit"
    assert not list(crawl.results.rglob("images/**/[!.]*.parquet"))
    assert crawl.run() == 0, crawl.told
    assert crawl.tables() == undisturbed.tables()
    assert crawl.answered() == undisturbed.answered()
    assert crawl.leftovers() == []
