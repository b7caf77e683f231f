"""Choose a part of another dataset by a list of ids: the same records, splits and image bytes."""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core import logs, tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.errors import MIN_MATCH, UserError, check_match, shown
from humancentric.core.http_transport import ServiceError
from humancentric.core.schemas import IMAGES, LISTING, RESOLVED
from humancentric.sources.cells import as_text

IMDB = re.compile(r"tt[0-9]{5,}")
IMDB_NUMBER = re.compile(r"(?:[tT]{2})?([0-9]+)(?:\.0)?")  # .0 in floating-point columns
COLUMNS = ("id", "tmdb_id", "imdb_id")  # of a table of ids, in order of preference
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
        raise UserError(f"{path}: unknown file extension; use {', '.join(READERS)}")
    try:
        frame = READERS[path.suffix](path)
        return frame.with_columns(
            as_text(pl.col(name).fill_nan(None) if kind.is_float() else pl.col(name), kind).alias(name)
            for name, kind in frame.schema.items()
        )
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; put it there or change the row") from error
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UserError(f"{path}: cannot be read ({str(error).splitlines()[0]}); repair the file") from error


def read_ids(path: str | Path, of_tmdb: bool = True) -> list[str]:
    """Return the ids of a list, each once, in its order and in Unicode's composed form (NFC).

    A table (CSV, TSV, JSON lines, Parquet) has them in the column ``id``, ``tmdb_id`` or ``imdb_id``, or in its only
    column. Any other file has one id per line, and ``#`` begins a comment. If the ids are `of_tmdb`, numbers in a
    column ``imdb_id`` are IMDb ids without ``tt``, which is prepended. Raises `UserError` if there is no file or no id.
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
        if of_tmdb and names[0] == "imdb_id":
            words = [_with_prefix(word.strip()) for word in words]
    else:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        words = [line.split("#", 1)[0] for line in lines]
    ids = list(dict.fromkeys(unicodedata.normalize("NFC", word.strip()) for word in words if word.strip()))
    if not ids:
        raise UserError(f"{path}: no id in it; {HINT}")
    return ids


def _with_prefix(word: str) -> str:
    number = IMDB_NUMBER.fullmatch(word)
    return f"tt{int(number[1]):07d}" if number else word


class Service(Protocol):
    """The part of TMDb's client that is used here, so that subsets do not depend on its code."""

    def get(self, path: str, query: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Return the JSON object at ``/3/{path}``."""

    def each(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Return ``function(item)`` in the order of `items`."""


def imdb_ids(ids: Sequence[str]) -> list[str]:
    """Return the ids among `ids` that are IMDb's and have to be looked up."""
    return [sample for sample in ids if IMDB.fullmatch(sample)]


def resolve(client: Service | None, ids: Sequence[str], cache: DownloadCache | None = None) -> pa.Table:
    """Return the TMDb id of every given id (RESOLVED), null for an IMDb id that TMDb does not know.

    Every other id resolves to itself, as do all ids without a client and a cache. An answer in `cache` is not requested
    again. Raises `UserError` if the service cannot be used.
    """
    known: dict[str, str | None] = {}
    if client is not None and cache is not None:
        unknown = imdb_ids(ids)
        found = client.each(lambda sample: _find(client, cache, sample), unknown)
        try:
            known = dict(
                zip(unknown, logs.progress(found, "ids", total=len(unknown), unit="id"), strict=True)
            )
        except ServiceError as error:
            remedy = "check network and tmdb.api_url, then run again: what has been downloaded is kept"
            raise UserError(f"{error}; {remedy}") from error
    return RESOLVED.table({"given": list(ids), "id": [known.get(sample, sample) for sample in ids]})


def _find(client: Service, cache: DownloadCache, sample: str) -> str | None:
    """Return the TMDb id of the film with an IMDb id, None if there is none (it may be a series)."""
    key = f"{sample}.json"
    answer = cache.get(key)
    if answer is None:
        try:
            body = client.get(f"find/{sample}", {"external_source": "imdb_id"})
        except ServiceError as error:
            if error.status != 404:
                raise
            body = {}
        answer = json.dumps(body.get("movie_results") or []).encode()
        cache.put(key, answer)
    films = [film for film in json.loads(answer) if isinstance(film, dict) and type(film.get("id")) is int]
    return str(films[0]["id"]) if films else None


def select(
    listing: pa.Table, samples: pa.Table, resolved: pa.Table, parent: str, least: float = MIN_MATCH
) -> tuple[pa.Table, dict[str, int]]:
    """Return the listing of a subset of `parent`, and its counts of ids: given, unknown, not in the parent.

    `listing` and `samples` (id, split, labels) are the parent's; `resolved` maps the given ids to its ids. Samples keep
    their labels, which the parent may have merged from rows of one id.
    Every given id is a row; one without a sample in the parent has the reason in ``source_problem``. Raises
    `UserError` if less than the share `least` of the ids, or of the parent's samples if they are fewer, is in both.
    """
    own = pl.DataFrame(listing)
    extras = ("source_split", "source_problem")
    texts = [name for name in own.columns if name not in LISTING.columns and name not in extras]
    own = own.unique("id", keep="first", maintain_order=True).select(*LISTING.columns, *texts)
    wanted = pl.DataFrame(resolved).filter(pl.col("id").is_null() | pl.col("id").is_first_distinct())
    frame = wanted.join(own, on="id", how="left", maintain_order="left")
    parent_samples = pl.DataFrame(samples).select("id", source_split="split", merged="labels")
    frame = frame.join(parent_samples, on="id", how="left", maintain_order="left")
    listed = pl.col("id").is_in(own["id"].to_list())
    frame = frame.with_columns(
        source_problem=pl.when(pl.col("id").is_null())
        .then(pl.lit("TMDb knows no film of this id"))
        .when(~listed)
        .then(pl.lit(f"not in {parent}"))
        .when(pl.col("source_split").is_null())
        .then(pl.lit(f"rejected in {parent}")),
        id=pl.coalesce("id", "given"),
        labels=pl.coalesce("merged", "labels").fill_null([]),
    )
    given, known = (shown(ids.slice(0, 3).to_pylist()) for ids in (resolved["given"], samples["id"]))
    facts = f"source.ids: {{count}} ids are samples of {parent}: the list has {given}, {parent} has {known}"
    found, total = frame["source_split"].count(), min(len(frame), len(samples))
    check_match(found, total, least, facts, "name another list or dataset")
    counts = {
        "ids_given": resolved.num_rows,
        "ids_unknown": int(wanted["id"].is_null().sum()),
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
