"""Tables that do not fit a page: nothing is lost, everything has its headings, every part fits."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from humancentric.report import latex, table_parts
from humancentric.report.latex import breakable, latex_escape, native
from humancentric.report.table_model import Item, Line, Table, group


def wide(columns: int, rows: int, groups: int = 1, subs: bool = False, span: int = 1) -> Table:
    """Return a sheet whose cell (row, column) is `row.column`."""
    head = [Line((Item("Encoder"), *(Item(f"column {c}") for c in range(columns))))]
    if span > 1:
        head.insert(0, Line((Item(), *(Item(f"span {c}", span=span) for c in range(columns // span)))))
    body: list[Line] = []
    for number in range(groups):
        if groups > 1:
            body.append(group(f"group {number}", columns + 1))
        for row in range(number * rows // groups, (number + 1) * rows // groups):
            body.append(Line((Item(f"row {row}"), *(Item(f"{row}.{c}", "± 0.10") for c in range(columns)))))
            if subs:
                body.append(Line((Item("below"), *(Item(f"below {row}.{c}") for c in range(columns))), "sub"))
    return Table(tuple(head), tuple(body), ("a note",), name="wide", caption="a caption")


def texts(parts: list[Table]) -> list[str]:
    found = [item.text for part in parts for line in part.body for item in line.items]
    return [text for text in found if re.fullmatch(r"\d+\.\d+", text)]


def test_columns_of_words_are_set_to_the_left_and_their_texts_broken():
    long = "a sentence that is much too long for a narrow column of a table"
    body = [Line((Item(f"row {n}"), Item("1.5"), Item(long), Item("---"))) for n in range(3)]
    head = Line(tuple(map(Item, ("Name", "Value", "Why", "Nothing"))))
    sheet = Table((head,), tuple(body))
    assert latex.in_words(sheet) == [True, False, True, False]
    text = latex.render(sheet)
    assert r"\begin{tabular}{@{}lrlr@{}}" in text
    assert r"\parbox[t]{" in text
    assert r"pt}{\raggedright a sentence that is much too long" in text
    assert table_parts.height(body[0]) == 3


def test_a_table_that_fits_is_left_alone():
    sheet = wide(4, 10, groups=2)
    assert table_parts.split_table(sheet) == [sheet]


@pytest.mark.parametrize("span", [1, 7])
def test_twenty_eight_columns_come_in_parts_of_about_the_same_width(span):
    parts = table_parts.split_table(wide(28, 6, span=span))
    assert sorted(texts(parts)) == sorted(texts([wide(28, 6)]))
    sizes = [sum(table_parts.column_widths(part)) for part in parts]
    assert max(sizes) <= table_parts.WIDTH
    assert len(parts) > 1
    assert max(sizes) < 1.5 * min(sizes)
    for part in parts:
        assert [line.items[0].text for line in part.body] == [f"row {row}" for row in range(6)]
        columns = [int(item.text.split()[1]) for item in part.head[-1].items[1:]]
        assert [line.items[1].text for line in part.body] == [f"{row}.{columns[0]}" for row in range(6)]
        if span > 1:
            assert sum(item.span for item in part.head[0].items) == part.columns
            assert {column // span for column in columns} == {
                int(item.text.split()[1]) for item in part.head[0].items[1:]
            }
    assert [part.notes for part in parts] == [()] * (len(parts) - 1) + [("a note",)]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 150), st.integers(1, 6), st.booleans())
def test_long_tables_are_cut_between_rows(rows, groups, subs):
    groups = min(groups, rows)
    whole = wide(2, rows, groups, subs)
    parts = table_parts.split_table(whole)
    assert texts(parts) == texts([whole])
    for part in parts:
        assert part.head == whole.head
        assert sum(map(table_parts.height, part.body)) <= table_parts.LENGTH
        assert part.body[0].kind == ("group" if groups > 1 else "body")
        assert part.body[-1].kind == ("sub" if subs else "body")
    for part, following in pairwise(parts):
        heading = following.body[0].items[0].text
        if heading.endswith(table_parts.CONTINUED):
            known = [line.items[0].text for line in part.body if line.kind == "group"]
            assert known[-1].removesuffix(table_parts.CONTINUED) == heading.removesuffix(
                table_parts.CONTINUED
            )


def test_every_part_is_a_tabular_of_its_own():
    text = latex.render(wide(28, 60, groups=3))
    assert text.count(r"\tablepart{%") == text.count(r"\toprule") == text.count(r"\bottomrule") > 4
    assert text.count("a note") == 1


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.floats(40, 300))
def test_a_wrapped_text_is_no_wider_than_its_limit_and_holds_its_longest_word(text, limit):
    width = table_parts.wrapped_width(text, limit)
    assert width <= limit
    assert width == limit or all(table_parts.text_width(word) <= width for word in text.split())
    assert table_parts.line_count(text, limit) * limit >= table_parts.text_width(text)


def test_what_tex_would_read_otherwise_is_kept_apart():
    line = Line((Item("[CLS] pooling"), Item("1")))
    text = latex.render(Table((line,), (line, Line((Item("*"), Item("2"))))))
    assert text.count("\n{}[CLS]") == 2
    assert "\n{}* & 2" in text
    assert latex_escape("a--b---c") == "a-{}-b-{}-{}-c"
    assert latex_escape("a\nb\r\tc\x00") == "a b c"


def test_other_scripts_are_printed_by_engines_that_have_them():
    assert latex_escape("Zażółć gęślą".replace("ż", "z\u0307")) == latex_escape("Zażółć gęślą")
    assert native("é")
    assert not native("Я")
    assert latex_escape("Я") == r"\otherletter{Я}{U+042F}"
    text = latex.render(Table((Line((Item("Я"),)),), (Line((Item("a"),)),)))
    assert r"\providecommand{\otherletter}" in text


def test_a_long_word_in_running_text_may_be_broken():
    assert breakable("a_b is short") == r"a\_b is short"
    assert breakable("x" * 30).count(r"\hspace{0pt}") == 29
