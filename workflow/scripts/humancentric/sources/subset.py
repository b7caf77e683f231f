"""Choose a part of another dataset by a list of ids: the same records, splits and image bytes."""

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import IMAGES, LISTING

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


def select(
    listing: pa.Table, splits: Mapping[str, str], resolved: pa.Table, parent: str
) -> tuple[pa.Table, dict[str, int]]:
    """Return the listing of a subset of `parent`, and what was counted: ids given, unknown, not in the parent.

    `listing` and `splits` ({id: split} of its samples) are the parent's; `resolved` says which of its ids each given
    one means. Every given id is a row: what the parent has no sample of carries the reason in ``source_problem``.
    """
    own = pl.from_arrow(listing)
    extras = ("source_split", "source_problem")
    texts = [name for name in own.columns if name not in LISTING.columns and name not in extras]
    own = own.unique("id", keep="first", maintain_order=True).select(*LISTING.columns, *texts)
    asked = pl.from_arrow(resolved).filter(pl.col("id").is_null() | pl.col("id").is_first_distinct())
    frame = asked.join(own, on="id", how="left", maintain_order="left")
    sides = pl.DataFrame(
        {"id": list(splits), "source_split": list(splits.values())},
        schema=dict.fromkeys(("id", "source_split"), pl.String),
    )
    frame = frame.join(sides, on="id", how="left", maintain_order="left")
    listed = pl.col("id").is_in(own["id"].to_list())
    frame = frame.with_columns(
        source_problem=pl.when(pl.col("id").is_null())
        .then(pl.lit("TMDb knows no film of this id"))
        .when(~listed)
        .then(pl.lit(f"not in {parent}"))
        .when(pl.col("source_split").is_null())
        .then(pl.lit(f"rejected in {parent}")),
        id=pl.coalesce("id", "given"),
        labels=pl.col("labels").fill_null([]),
    )
    counts = {
        "ids_given": resolved.num_rows,
        "ids_unknown": int(asked["id"].is_null().sum()),
        "ids_not_listed": int((frame["source_problem"] == f"not in {parent}").sum()),
    }
    schema = pa.schema([*LISTING.columns.items(), *((name, pa.string()) for name in (*texts, *extras))])
    return frame.select(schema.names).to_arrow().cast(schema), counts


def pictures(paths: Iterable[str | Path], wanted: Collection[str]) -> pa.Table:
    """Return the rows (IMAGES) of the samples `wanted` from the picture files of the whole dataset."""
    chosen = pa.array(sorted(wanted), pa.string())
    found = [
        batch.filter(pc.is_in(batch["id"], value_set=chosen))
        for path in paths
        for batch in tables.batches(path, IMAGES)
    ]
    return pa.Table.from_batches(found, schema=IMAGES.empty().schema)
