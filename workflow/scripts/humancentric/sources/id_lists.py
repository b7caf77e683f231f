"""Lists of ids that people bring: one a line, or a small table with a column of them."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from humancentric.errors import UserError

COLUMNS = ("id", "tmdb_id", "imdb_id")  # of a table of ids, in the order in which they are looked for
HINT = "put a list of TMDb or IMDb ids there, one a line, or change source.ids"
# Every column stays text: an id such as 007 is not a number.
READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": lambda path: pl.read_csv(path, infer_schema=False),
    ".tsv": lambda path: pl.read_csv(path, infer_schema=False, separator="\t"),
    ".jsonl": pl.read_ndjson,
    ".parquet": pl.read_parquet,
}


def load(path: Path) -> pl.DataFrame:
    """Return the small table at `path`, every column as text; `UserError` if it is missing or cannot be read."""
    if path.suffix not in READERS:
        raise UserError(f"{path}: no table by its ending; use {', '.join(READERS)}")
    try:
        return READERS[path.suffix](path).cast(pl.String)
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; put it there or change the row") from error
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UserError(f"{path}: cannot be read ({str(error).splitlines()[0]}); mend the file") from error


def read_ids(path: str | Path) -> list[str]:
    """Return the ids of a list, each once, in its order.

    A table (CSV, TSV, JSON lines, Parquet) has them in the column ``id``, ``tmdb_id`` or ``imdb_id``, or in its only
    one; any other file has one a line, ``#`` begins a remark. Raises `UserError` where there is no file or no id.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: file is missing; {HINT}")
    if path.suffix in READERS:
        frame = load(path)
        names = [name for name in COLUMNS if name in frame.columns] or frame.columns
        if names[0] not in COLUMNS and len(frame.columns) > 1:
            raise UserError(f"{path}: no column of ids; name it {', '.join(COLUMNS[:-1])} or {COLUMNS[-1]}")
        words = frame[names[0]].drop_nulls().to_list()
    else:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        words = [line.split("#", 1)[0] for line in lines]
    ids = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    if not ids:
        raise UserError(f"{path}: no id in it; {HINT}")
    return ids
