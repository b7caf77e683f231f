"""Escape plain text for terminals, reStructuredText, Markdown and CSV, and remove secrets from URLs."""

import re
from typing import Any

# C0 without tab and line feed, delete, C1, and bidirectional control characters
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
FORMULA = re.compile(r"[=+\-@\t\r]")  # first characters of cells that spreadsheets evaluate
# the user and password before the host of a URL, and the values of query parameters whose names sound secret
LOGIN = re.compile(r"(?<=://)(?:[^\s/?#@:]*:\S*|[^\s/?#@]+)@")
SECRET = re.compile(
    r"([?&;][\w.-]*(?:key|token|secret|passw|signature|credential|auth)[\w.-]*=)[^\s&#'\"]+", re.IGNORECASE
)
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def printable(text: str) -> str:
    r"""Return `text` with control characters as ``\x1b``, so that a terminal only shows it."""
    return CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def without_secrets(text: str) -> str:
    """Return `text` with ``***`` in place of users, passwords and keys in its addresses."""
    return SECRET.sub(r"\1***", LOGIN.sub("***@", text))


def one_line(text: str) -> str:
    """Return `text` as one printable line."""
    return printable(" ".join(text.split()))


def restructured(text: str) -> str:
    r"""Escape plain text for reStructuredText that Jinja processes as well: ``{`` becomes ``\{``."""
    return PUNCTUATION.sub(r"\\\1", one_line(text))


def markdown(text: str) -> str:
    """Escape plain text for a line or a table cell in Markdown, without markup, HTML or links."""
    text = re.sub(r"([\\|*`])", r"\\\1", one_line(text))
    return text.replace("<", "&lt;").replace("](", "]\\(")


def spreadsheet_cell(value: Any) -> Any:
    """Return a value for CSV; text that a spreadsheet would evaluate as a formula is prefixed with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value
