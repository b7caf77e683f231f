"""Small tables and images such as users bring, for the tests of the readers."""

import csv
import io
import json
from pathlib import Path

import polars as pl
from PIL import Image

from humancentric.sources import listing_readers

FILMS = [
    {"film": "007", "genres": "War| Drama|", "plot": 'A, "b"\nc', "when": "1999-12-31", "part": "test"},
    {"film": "8", "genres": "Drama", "plot": "", "when": "soon", "part": "train"},
    {"film": "é9", "genres": "War", "plot": "日本", "when": None, "part": "train"},
]


def write(path: Path, rows: list[dict]) -> str:
    """Write `rows` in the format given by the path's suffix; return the path."""
    if path.suffix in (".csv", ".tsv"):
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0], delimiter="\t" if path.suffix == ".tsv" else ",")
            writer.writeheader()
            writer.writerows(rows)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    else:
        pl.DataFrame(rows).write_parquet(path)
    return str(path)


def text(path: Path, content: str | bytes) -> str:
    """Write `content` to `path`; return the path."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def table(path: str | dict, **keys) -> dict:
    """Return the config row of a table whose columns for ids and labels are film and genres."""
    return {"kind": "table", "path": path, "id": "film", "labels": "genres"} | keys


def read(source: dict, *texts: str, splits=()) -> dict[str, dict]:
    """Return the listing of a source as ``{id: row}``."""
    rows = listing_readers.read(source, {name: name for name in texts}, splits).to_pylist()
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row for row in rows}


def labels(rows: dict[str, dict]) -> dict[str, list[str]]:
    """Return ``{id: labels}``."""
    return {name: row["labels"] for name, row in rows.items()}


def problems(rows: dict[str, dict]) -> dict[str, str]:
    """Return ``{id: problem}`` of the rows that have a problem."""
    return {name: row["source_problem"] for name, row in rows.items() if row["source_problem"]}


def png(colour: str = "red", size: tuple[int, int] = (8, 6)) -> bytes:
    """Return the bytes of a small PNG image of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()
