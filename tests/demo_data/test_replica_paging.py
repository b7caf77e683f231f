import pytest

from demo_data.replica.faults import Quirks


def pages(count, again=False, cap=500, **quirks):
    """Return all pages of a list of the numbers below `count`."""
    habits = Quirks(**quirks)
    first = habits.page(range(count), 1, cap, again)
    rest = range(2, min(first["total_pages"], cap) + 1)
    return [first, *(habits.page(range(count), number, cap, again) for number in rest)]


def shown(found):
    return [place for page in found for place in page["results"]]


@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 40, 59, 60, 61, 79, 80, 81, 100, 119, 121])
def test_uneven_pages_hold_every_film_once(count):
    found = pages(count, uneven=True)
    assert shown(found) == list(range(count))
    assert {page["total_results"] for page in found} == {count}
    assert [page["page"] for page in found] == list(range(1, len(found) + 1))


def test_uneven_pages_hold_19_and_21_films():
    assert [len(page["results"]) for page in pages(120, uneven=True)] == [19, 21, 20, 19, 21, 20]


def test_a_page_may_repeat_the_end_of_the_one_before():
    found = pages(80, repeated=2)
    assert [len(page["results"]) for page in found] == [20, 21, 20, 21]
    assert found[1]["results"][0] == found[0]["results"][-1] == 19
    assert sorted(set(shown(found))) == list(range(80))


def test_a_hidden_film_shows_when_its_page_is_asked_for_again():
    found = pages(80, hidden=2)
    assert sorted(set(range(80)) - set(shown(found))) == [30, 70]
    assert {page["total_results"] for page in found} == {80}
    assert shown(pages(80, again=True, hidden=2)) == list(range(80))


def test_totals_change_between_two_pages_of_one_query():
    found = pages(40, unsteady=True)
    assert [(page["total_results"], page["total_pages"]) for page in found] == [(41, 3), (40, 2), (40, 2)]
    assert shown(found) == list(range(40))
    assert [page["total_results"] for page in pages(40, again=True, unsteady=True)] == [40, 40]
    assert [page["total_results"] for page in pages(20, unsteady=True)] == [20]


def test_the_number_of_pages_is_clamped_or_not():
    assert Quirks().page(range(201), 1, 5, False)["total_pages"] == 11
    clamped = Quirks(clamped=True).page(range(201), 1, 5, False)
    assert (clamped["total_pages"], clamped["total_results"]) == (5, 201)
