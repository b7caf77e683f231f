import io
import logging

import docutils.core
import jinja2
import pytest

from humancentric.core import logs
from humancentric.core.escaping import markdown, printable, restructured, spreadsheet_cell
from humancentric.dataset import card_text

ODD = (
    "<script>alert(1)</script> | *x* ![a](http://b) \x1b[2J\n\n.. include:: /etc/passwd\n\n{{ x }} {% raw %}"
)


@pytest.mark.parametrize(
    "text",
    [
        ODD,
        ".. include:: /etc/passwd",
        ".. raw:: html\n\n   <b>x</b>",
        "}} {{ 1 }} %} #}",
        *("1. a", "- a", "a::", "====", ":a: b", "`x <y>`_"),
    ],
)
def test_text_in_restructured_text_is_a_paragraph(text):
    source = jinja2.Environment().from_string(restructured(text)).render()
    tree = docutils.core.publish_doctree(source, settings_overrides={"report_level": 5})
    assert [child.tagname for child in tree] == ["paragraph"]
    assert tree.astext() == printable(" ".join(text.split()))


def test_text_in_markdown_is_text():
    assert markdown(ODD).startswith(
        r"&lt;script>alert(1)&lt;/script> \| \*x\* ![a]\(http://b) \\x1b[2J .. include"
    )
    assert "\n" not in markdown(ODD)
    assert card_text.table(["a", "b"], [[ODD, 1]]).splitlines()[2] == f"| {markdown(ODD)} | 1 |"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_formulas_in_csv_are_text(text):
    assert spreadsheet_cell(text) == f"'{text}"


def test_numbers_and_names_in_csv_stay():
    assert [spreadsheet_cell(value) for value in (-1.5, None, True, "a=b", "")] == [
        -1.5,
        None,
        True,
        "a=b",
        "",
    ]


def test_a_log_shows_escapes_of_a_server_and_does_not_send_them():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Printable("%(message)s"))
    record = logging.LogRecord("a", logging.ERROR, "", 0, "answer: %s\n\tnext", ("\x1b[2J\x9b\r",), None)
    handler.emit(record)
    assert stream.getvalue() == "answer: \\x1b[2J\\x9b\\r\n\tnext\n"
