"""Describe a dataset in Croissant 1.0 (JSON-LD), with the sizes, checksums and columns of its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from humancentric import __version__
from humancentric.core import files, tables
from humancentric.dataset.card_text import Facts


@dataclass(frozen=True)
class Part:
    """One Parquet file: its path below the dataset's folder, its content, bytes, sha256 and columns."""

    path: str
    holds: str
    bytes: int
    sha256: str
    columns: dict[str, pa.DataType]


def parts(folder: str | Path, named: Mapping[str, list[str | Path]]) -> list[Part]:
    """Return every file of `named` ({content: paths below `folder`}) in order."""
    found = []
    for holds, paths in named.items():
        for path in map(Path, paths):
            schema = tables.schema_of(path)
            columns = dict(zip(schema.names, schema.types, strict=True))
            relative = path.relative_to(folder).as_posix()
            found.append(Part(relative, holds, path.stat().st_size, files.sha256_of(path), columns))
    return found


CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
PARQUET = "application/x-parquet"
TERMS = (
    "citeAs column equivalentProperty samplingRate extract field fileObject fileProperty fileSet format includes "
    "isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace separator source "
    "subField transform"
)
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in TERMS.split()},
}
DESCRIPTIONS = {
    "samples": "What the study works on: split, labels and texts of every sample.",
    "rejects": "What was offered and is not used, with stage and reason; listing = samples + rejects.",
    "listing": "What the source offered.",
    "ids": "Id, split and sha256 of the picture of every sample: no content, so it may be shared.",
    "pictures": "The encoded pictures as they were received.",
}


def describe(facts: Facts, parts: list[Part]) -> dict[str, Any]:
    """Return the Croissant description (JSON-LD) of the dataset with these facts and files."""
    shards = [part for part in parts if part.holds == "pictures"]
    tables = [part for part in parts if part.holds != "pictures"]
    about = {
        "name": facts["dataset"],
        "description": sentence(facts),
        "conformsTo": CONFORMS_TO,
        "license": facts["licence"],
        "url": facts.get("homepage"),
        "citeAs": facts.get("citation"),
        "version": __version__,
        "datePublished": (facts["fetched"] or {}).get("last"),
    }
    sets = [_record_set(part, {"fileObject": {"@id": part.path}}) for part in tables]
    if shards:
        sets.append(_record_set(shards[0], {"fileSet": {"@id": "picture-files"}}))
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        **{key: value for key, value in about.items() if value is not None},
        "distribution": [*map(_file, parts), *([_file_set(shards[0])] if shards else [])],
        "recordSet": sets,
    }


def sentence(facts: Facts) -> str:
    """Describe a dataset in two sentences."""
    splits = ", ".join(f"{number:,} {name}" for name, number in facts["splits"].items())
    views = ", ".join(facts["texts"]) or "no text"
    pictures = "pictures and " if facts["pictures"] else ""
    classes = "" if facts["task"] == "regression" else f"{len(facts['labels'])} classes, "
    return (
        f"{facts['dataset']}: {facts['samples']:,} samples ({splits}) with {pictures}{views}, "
        f"{classes}{facts['task']}. Only ids, splits and checksums are distributed."
    )


def _file(part: Part) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": part.path,
        "name": part.path,
        "contentUrl": part.path,
        "contentSize": f"{part.bytes} B",
        "encodingFormat": PARQUET,
        "sha256": part.sha256,
    }


def _file_set(part: Part) -> dict[str, Any]:
    folder = part.path.rsplit("/", 1)[0]
    about = {"@type": "cr:FileSet", "@id": "picture-files", "name": "picture-files"}
    return {**about, "encodingFormat": PARQUET, "includes": f"{folder}/*.parquet"}


def _record_set(part: Part, source: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": part.holds,
        "name": part.holds,
        "description": DESCRIPTIONS[part.holds],
        "key": {"@id": f"{part.holds}/id"},
        "field": [_field(part.holds, name, kind, source) for name, kind in part.columns.items()],
    }


def _field(holds: str, column: str, kind: pa.DataType, source: dict[str, Any]) -> dict[str, Any]:
    name = f"{holds}/{column}"
    about = {"@type": "cr:Field", "@id": name, "name": name, "dataType": _type(kind)}
    repeated = {"repeated": True} if pa.types.is_list(kind) else {}
    return {**about, **repeated, "source": {**source, "extract": {"column": column}}}


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return _type(kind.value_type)
    if pa.types.is_large_binary(kind):
        return "sc:ImageObject"
    return {pa.date32(): "sc:Date", pa.int32(): "sc:Integer"}.get(kind, "sc:Text")
