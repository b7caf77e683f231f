"""SIGKILL at random points of the crawl and just before a table is written: same bytes, hardly any repeated request."""

import signal
import time

from crawling import CONNECTIONS, SHARDS, Killer, items

KILLS = 20


def test_twenty_kills_cost_no_more_than_what_was_on_its_way(crawl, undisturbed):
    killer = Killer(crawl, seed=20)
    total = len(undisturbed.answered())
    for left in range(KILLS, 0, -1):
        before = crawl.answered()
        killer.aim(total - len(before), left)
        assert crawl.run() == -signal.SIGKILL, crawl.stderr
        again = items(crawl.answered() - before)
        assert len(again & items(before)) <= CONNECTIONS
    killer.disarm()
    assert crawl.run() == 0, crawl.stderr
    assert crawl.tables() == undisturbed.tables()
    assert crawl.leftovers() == []
    assert set(crawl.answered()) == set(undisturbed.answered())


def test_a_kill_between_the_last_answer_and_the_table_costs_next_to_nothing(crawl, undisturbed):
    process = crawl.start()
    total = len(undisturbed.answered())
    while process.poll() is None and len(crawl.replica.answered) < total:
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    assert crawl.ended() == -signal.SIGKILL
    assert len(list((crawl.results / "images").rglob("[!.]*.parquet"))) == SHARDS - 1
    assert crawl.run() == 0, crawl.stderr
    assert crawl.tables() == undisturbed.tables()
    assert set(crawl.answered()) == set(undisturbed.answered())
    assert len(items(crawl.answered() - undisturbed.answered())) <= CONNECTIONS
    assert crawl.leftovers() == []
