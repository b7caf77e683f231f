import datetime

import numpy as np
import pytest

from humancentric.evaluation import diff_in_diff

CUT = datetime.date(2021, 1, 6)
DATES = {
    "a": datetime.date(2020, 12, 31),
    "b": datetime.date(2021, 1, 5),
    "c": datetime.date(2021, 1, 6),
    "d": datetime.date(2021, 3, 1),
    "e": None,
    "f": datetime.date(2019, 1, 1),
    "g": datetime.date(2020, 12, 1),
}


def periods(months=1, window=24, ids="abcdefg"):
    values = np.arange(float(len(ids)))
    return diff_in_diff.monthly(list(ids), values, DATES, CUT, months, window)


def test_months_are_counted_by_hand():
    found = [(part.first, part.samples, part.mean) for part in periods()]
    assert found == [("2019-01", 1, 5), ("2020-12", 2, 3), ("2021-01", 2, 1.5), ("2021-03", 1, 3)]
    errors = [part.error for part in periods()]
    assert errors[0] is None
    assert errors[1] == pytest.approx(np.std([0, 6], ddof=1) / 2**0.5)


def test_periods_of_months_meet_at_the_cut_off_and_end_with_the_window():
    found = [(part.first, part.samples) for part in periods(months=3, window=12)]
    assert found == [("2020-10", 2), ("2021-01", 3)]


@pytest.mark.parametrize(
    "date", [datetime.date(2020, 12, 31), datetime.date(2021, 1, 1), datetime.date(1895, 6, 2)]
)
def test_months_have_names_over_the_turn_of_a_year(date):
    [part] = diff_in_diff.monthly(["a"], np.ones(1), {"a": date}, date, 1, 1)
    assert part.first == date.strftime("%Y-%m")


def test_nothing_dated_gives_no_periods():
    assert periods(ids="e") == []
    assert periods(ids="") == []
