"""Define the columns of every table that one stage writes and another reads."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class TableSchema:
    """The required columns of a table with their types, and whether further text columns are allowed."""

    name: str
    columns: MappingProxyType[str, pa.DataType]
    texts: bool = False  # whether further string columns (text fields, source_*) are allowed

    def empty(self, *texts: str) -> pa.Table:
        """Return a table without rows, with the fixed columns and the text columns `texts`."""
        fields = [*self.columns.items(), *((name, pa.string()) for name in texts)]
        return pa.schema(fields).empty_table()

    def table(self, columns: dict[str, list[Any]]) -> pa.Table:
        """Return a table of the fixed columns from lists of their values."""
        return pa.table(columns, schema=self.empty().schema)

    def rows(self, rows: list[dict]) -> pa.Table:
        """Return a table of the fixed columns from one dictionary per row."""
        return pa.Table.from_pylist(rows, schema=self.empty().schema)


def _schema(name: str, texts: bool = False, **columns: pa.DataType) -> TableSchema:
    return TableSchema(name, MappingProxyType(columns), texts)


BOX = pa.struct(
    {"x": pa.int32(), "y": pa.int32(), "w": pa.int32(), "h": pa.int32(), "score": pa.float32()},
)

LISTING = _schema(
    "listing",
    texts=True,
    id=pa.string(),
    labels=pa.list_(pa.string()),
    release_date=pa.date32(),
    image_source=pa.string(),
)
IMAGES = _schema("images", id=pa.string(), image=pa.large_binary(), width=pa.int32(), height=pa.int32())
REJECTS = _schema("rejects", id=pa.string(), stage=pa.string(), reason=pa.string(), detail=pa.string())
SAMPLES = _schema(
    "samples",
    texts=True,
    id=pa.string(),
    split=pa.string(),
    labels=pa.list_(pa.string()),
    release_date=pa.date32(),
)
IDS = _schema("ids", id=pa.string(), split=pa.string(), sha256=pa.string())
HASHES = _schema("hashes", id=pa.string(), sha256=pa.string(), phash=pa.uint64())
GROUPS = _schema("groups", id=pa.string(), group=pa.string())
RESOLVED = _schema("resolved", given=pa.string(), id=pa.string())
RANKS = _schema(
    "ranks",
    id=pa.string(),
    method=pa.string(),
    hits=pa.int32(),
    image_to_text=pa.int32(),
    text_to_image=pa.int32(),
)
LEAKAGE = _schema(
    "leakage",
    id_a=pa.string(),
    split_a=pa.string(),
    dataset_b=pa.string(),
    id_b=pa.string(),
    split_b=pa.string(),
    kind=pa.string(),
    distance=pa.int32(),
)
TWINS = _schema(
    "twins",
    features=pa.string(),
    dataset_b=pa.string(),
    id_b=pa.string(),
    id_a=pa.string(),
    cosine=pa.float32(),
    twin=pa.bool_(),
)
COMPARISON = _schema("comparison", id=pa.string(), change=pa.string(), ours=pa.string(), theirs=pa.string())
MASKS = _schema(
    "masks",
    id=pa.string(),
    boxes=pa.list_(BOX),
    white_fraction=pa.float32(),
    masked_fraction=pa.float32(),
)
WORD = pa.struct(
    {"text": pa.string(), "confidence": pa.float32(), **{side: pa.float32() for side in "xywh"}},
)
REGION = pa.struct({"text": pa.string(), "left": pa.string(), **{side: pa.float32() for side in "xywh"}})
READINGS = _schema("readings", id=pa.string(), words=pa.list_(WORD), problem=pa.string())
SURVIVAL = _schema(
    "survival",
    id=pa.string(),
    readable=pa.int32(),
    surviving=pa.int32(),
    regions=pa.list_(REGION),
)
GLYPHS = _schema(
    "glyphs",
    id=pa.string(),
    background=pa.string(),
    white_text=pa.bool_(),
    visible=pa.bool_(),
    text=pa.string(),
    letters=pa.int32(),
    colour=pa.string(),
    typeface=pa.string(),
    rotation=pa.int32(),
    contrast=pa.float32(),
    effect=pa.string(),
    difference=pa.float32(),
    ink=pa.int32(),
    share=pa.float32(),
    masked=pa.bool_(),
)
TOUCHED = _schema(
    "touched",
    id=pa.string(),
    background=pa.string(),
    white_text=pa.bool_(),
    boxes=pa.int32(),
    white=pa.float32(),
    touched=pa.float32(),
)
SCORES = _schema(
    "scores",
    dataset=pa.string(),
    task=pa.string(),
    features=pa.string(),
    split=pa.string(),
    protocol=pa.string(),
    shots=pa.int32(),
    seed=pa.int32(),
    metric=pa.string(),
    value=pa.float64(),
)

CLAIMS = _schema(
    "claims",
    claim=pa.string(),
    family=pa.string(),
    kind=pa.string(),
    task=pa.string(),
    datasets=pa.list_(pa.string()),
    setting=pa.string(),
    ours=pa.string(),
    rivals=pa.list_(pa.string()),
    closest=pa.string(),
    margin=pa.float64(),
    value=pa.float64(),
    low=pa.float64(),
    high=pa.float64(),
    paper=pa.float64(),
    detectable=pa.float64(),
    power=pa.float64(),
    p=pa.float64(),
    p_holm=pa.float64(),
    mcnemar=pa.float64(),
    permutation=pa.float64(),
    error=pa.float64(),
    item_error=pa.float64(),
    seed_error=pa.float64(),
    seeds_low=pa.float64(),
    seeds_high=pa.float64(),
    items=pa.int32(),
    clusters=pa.int32(),
    seeds=pa.int32(),
    demo=pa.bool_(),
    too_few=pa.string(),
    verdict=pa.string(),
)


OWN_COLUMNS = {*LISTING.columns, *SAMPLES.columns, "source_split", "source_problem"}
TEXT_PREFIX = "text:"  # prefix of a text column whose name in the data is reserved by the workflow
ESCAPED = ("//", "^", "*", TEXT_PREFIX)  # prefixes of internal columns and of polars patterns


def stored_column(name: str) -> str:
    """Return the name of the data's column `name` in listings and samples: unchanged unless it would collide.

    Different names stay different; `data_column` is the inverse.
    """
    return TEXT_PREFIX + name if name in OWN_COLUMNS or name.startswith(ESCAPED) else name


def data_column(stored: str) -> str:
    """Return the name in the data of a text column of listings and samples."""
    return stored.removeprefix(TEXT_PREFIX)


def embeddings(width: int) -> TableSchema:
    """Return the schema of an embedding file with vectors of `width` numbers."""
    return _schema("embeddings", id=pa.string(), embedding=pa.list_(pa.float32(), width))


def prompts(width: int) -> TableSchema:
    """Return the schema of a file of prompts whose vectors have `width` numbers."""
    return _schema(
        "prompts",
        label=pa.string(),
        templates=pa.string(),
        template=pa.string(),
        text=pa.string(),
        embedding=pa.list_(pa.float32(), width),
    )


def zeroshot_predictions(classes: int) -> TableSchema:
    """Return the schema of a file of zero-shot predictions over `classes` classes."""
    return _schema(
        "zero-shot predictions",
        id=pa.string(),
        split=pa.string(),
        templates=pa.string(),
        predicted=pa.list_(pa.string()),
        similarities=pa.list_(pa.float32(), classes),
    )


def fewshot_scores(width: int) -> TableSchema:
    """Return the schema of the few-shot scores of every test item: `width` is draws times numbers of shots."""
    return _schema("few-shot scores", id=pa.string(), scores=pa.list_(pa.float32(), width))


def item_scores(repetitions: int) -> TableSchema:
    """Return the schema of the scores of test items and repetitions, with the cluster of each item."""
    return _schema(
        "item scores",
        id=pa.string(),
        cluster=pa.string(),
        scores=pa.list_(pa.float32(), repetitions),
    )


OOD_SCORES = _schema(
    "out-of-distribution scores",
    id=pa.string(),
    dataset=pa.string(),
    known=pa.bool_(),
    mahalanobis=pa.float64(),
    knn=pa.float64(),
    mcm=pa.float64(),
    energy=pa.float64(),
)


def predictions(classes: int) -> TableSchema:
    """Return the schema of a predictions file over `classes` classes."""
    return _schema(
        "predictions",
        id=pa.string(),
        split=pa.string(),
        seed=pa.int32(),
        probabilities=pa.list_(pa.float32(), classes),
    )
