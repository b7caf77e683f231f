"""Rows of malformed tables: each one is in the listing, counted by how the file was written."""

import csv
import io
import json

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from humancentric.sources import listing_readers
from own_data import labels, problems, read, table, text

UNCLOSED = "a quotation mark is not closed, or not at the end of its field"


@pytest.mark.parametrize(
    ("content", "expected", "wrong"),
    [
        ('1,"x\n2,y\n3,"z"\n', {"2": ["y"], "3": ["z"]}, {"line 2": UNCLOSED}),
        ('1,x\n2,"y\n3,z\n4,w', {"1": ["x"], "3": ["z"], "4": ["w"]}, {"line 3": UNCLOSED}),
        ('1,"x\n2,"y"\n3,z\n', {"2": ["y"], "3": ["z"]}, {"line 2": UNCLOSED}),
        ('1,"x\n2,"y\n3,z\n', {"3": ["z"]}, {"line 2": UNCLOSED, "line 3": UNCLOSED}),
        ('1,"x\ny"\n2,z\n', {"1": ["x\ny"], "2": ["z"]}, {}),
        ('1,"say ""x""\n""y"""\n2,z\n', {"1": ['say "x"\n"y"'], "2": ["z"]}, {}),
        ('1,x "y" z\n2,5" disc\n', {"1": ['x "y" z'], "2": ['5" disc']}, {}),
        ('1,"x" y\n2,z\n', {"1": ["x y"], "2": ["z"]}, {}),
        ('1,"x\n2,y\nz",w\n3,v\n', {"2": ["y"], 'z"': ["w"], "3": ["v"]}, {"line 2": UNCLOSED}),
        ('1,"x\n2,",a"\n3,v\n', {"2": [",a"], "3": ["v"]}, {"line 2": UNCLOSED}),
    ],
)
def test_a_wrong_quotation_mark_spoils_its_own_line_only(tmp_path, content, expected, wrong):
    rows = read(table(text(tmp_path / "a.csv", "film,genres\n" + content)))
    found = {name: reason.split(": ", 1)[1] for name, reason in problems(rows).items()}
    assert found == wrong
    assert {name: names for name, names in labels(rows).items() if name not in wrong} == expected


def test_a_quotation_mark_that_is_never_closed_is_one_row_of_a_long_table(tmp_path, monkeypatch):
    monkeypatch.setattr("humancentric.sources.delimited.LONGEST_FIELD", 1000)
    rows = "".join(f"{number},x\n" for number in range(1000))
    found = read(table(text(tmp_path / "a.csv", f'film,genres\na,"x\n{rows}')))
    assert len(found) == 1001
    assert problems(found) == {"line 2": f"line 2: {UNCLOSED}"}


@pytest.mark.parametrize("first", ["sep=;\n", "SEP=;\r\n", '"sep=;"\n', "\ufeffsep=;\n"])
def test_the_first_line_of_excel_names_the_delimiter(tmp_path, first):
    rows = read(table(text(tmp_path / "a.csv", f"{first}film;genres\n1;x, y\n2\n")))
    assert labels(rows)["1"] == ["x, y"]
    assert problems(rows) == {"line 4": "line 4: 1 fields instead of 2"}


def written(number: int, cell: str) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerow([f"id{number}", "g", cell])
    return buffer.getvalue()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.sampled_from('ab",\n é'), max_size=6), min_size=1, max_size=8))
def test_rows_that_are_quoted_well_are_read_back(tmp_path, cells):
    content = "film,genres,plot\n" + "".join(written(*row) for row in enumerate(cells))
    listing = listing_readers.read(table(text(tmp_path / "a.csv", content)), {"plot": "plot"})
    assert listing["plot"].to_pylist() == cells
    assert listing["source_problem"].null_count == len(cells)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.text(st.sampled_from("ab\n é"), max_size=6), st.booleans()), min_size=1, max_size=8)
)
def test_no_row_is_lost_to_a_broken_one_before_it(tmp_path, cells):
    lines = ["film,genres,plot\n", "first,g,x\n"]
    for number, (cell, broken) in enumerate(cells):
        lines += [f'bad{number},"x,y\n'] * broken + [written(number, cell)]
    listing = listing_readers.read(table(text(tmp_path / "a.csv", "".join(lines))), {"plot": "plot"})
    rows = [row for row in listing.to_pylist() if row["source_problem"] is None]
    assert [row["plot"] for row in rows] == ["x", *(cell for cell, _ in cells)]
    assert len(listing) - len(rows) == sum(broken for _, broken in cells)


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet"])
def test_every_format_lists_as_many_rows_as_were_written(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    rows = [{"film": f"{n}" if n % 7 else "", "genres": "a|b" if n % 5 else ""} for n in range(100)]
    if kind == "jsonl":
        path.write_text(
            "".join(json.dumps(row) + "\n" if n % 11 else "{broken\n" for n, row in enumerate(rows))
        )
    elif kind == "parquet":
        pl.DataFrame(rows).write_parquet(path, row_group_size=13)
    else:
        pl.DataFrame(rows).write_csv(path, separator="\t" if kind == "tsv" else ",")
    assert len(listing_readers.read(table(str(path), separator="|"), {})) == 100
