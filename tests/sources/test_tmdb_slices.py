import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import humancentric
from humancentric.sources.tmdb.discover import slice_dates, slice_names, without_dates


def source(first, last, **more):
    return {"kind": "tmdb", "released": {"from": first, "to": last}, **more}


def test_one_slice_a_release_year():
    row = source(date(2019, 7, 1), date(2021, 1, 5))
    assert slice_names(row) == ["2019", "2020", "2021"]
    assert slice_dates(row, "2019") == ["2019-07-01", "2019-12-31"]
    assert slice_dates(row, "2020") == ["2020-01-01", "2020-12-31"]
    assert slice_dates(row, "2021") == ["2021-01-01", "2021-01-05"]


def test_dates_may_be_text():
    assert slice_names(source("2019-07-01", "2020-02-29")) == ["2019", "2020"]


def test_slices_of_ten_years_start_at_decades():
    row = source("1965-01-01", "1982-06-30", years_per_slice=10)
    assert slice_names(row) == ["1960-1969", "1970-1979", "1980-1989"]
    assert slice_dates(row, "1960-1969") == ["1965-01-01", "1969-12-31"]
    assert slice_dates(row, "1980-1989") == ["1980-01-01", "1982-06-30"]


def test_one_more_year_changes_the_last_slice_only():
    before = source("1965-01-01", "1982-12-31", years_per_slice=10)
    after = source("1965-01-01", "1983-12-31", years_per_slice=10)
    changed = [name for name in slice_names(after) if slice_dates(before, name) != slice_dates(after, name)]
    assert slice_names(before) == slice_names(after)
    assert changed == ["1980-1989"]
    assert without_dates(before) == without_dates(after)


@given(
    st.dates(date(1880, 1, 1), date(2030, 1, 1)),
    st.integers(0, 20_000),
    st.integers(1, 30),
)
def test_slices_cover_every_day_once(first, days, years):
    last = first + timedelta(days=days)
    row = source(first, last, years_per_slice=years)
    parts = [[date.fromisoformat(day) for day in slice_dates(row, name)] for name in slice_names(row)]
    assert parts[0][0] == first
    assert parts[-1][1] == last
    for (_, end), (start, _) in pairwise(parts):
        assert start == end + timedelta(days=1)


def test_what_planning_imports_is_light():
    code = (
        "import sys, humancentric.sources.tmdb.discover; "
        "from humancentric.core.registry import kinds; from humancentric.sources.kinds import kind_of; "
        "[kind_of({'kind': kind}) for kind in kinds('humancentric.sources.kinds')]; "
        "print(sorted({'requests', 'polars', 'scipy', 'datasets', 'torch', 'sklearn'} & set(sys.modules)))"
    )
    folder = Path(humancentric.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("key", ["released", "years_per_slice"])
def test_the_service_does_not_depend_on_the_range(key):
    row = source("2000-01-01", "2001-01-01", years_per_slice=2, replica="films")
    assert key not in without_dates(row)
    assert without_dates(row) == {"kind": "tmdb", "replica": "films"}
