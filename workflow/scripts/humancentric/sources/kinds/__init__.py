"""Kinds of sources: every module of this package implements the `kind` of that name as its `SOURCE`, a `SourceKind`.

Planning imports these modules, so they import polars, SciPy and ``datasets`` only in the functions that need them.
"""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from humancentric.core.registry import kind_module
from humancentric.sources.picture_files import Content
from humancentric.sources.source_kind import Source, SourceKind


def kind_of(source: Source) -> SourceKind:
    """Return the functions that implement the kind of a source. Raises `UserError` for an unknown kind."""
    return kind_module(__name__, source["kind"], "source").SOURCE


def source_files(source: Source) -> list[str]:
    """Return the paths of the files whose content determines the listing of a source."""
    kind = kind_of(source)
    if kind.published is None:
        return kind.files(source)
    return [str(PurePosixPath(source["root"]) / name) for name in kind.published(source)]


def picture_source(source: Source) -> dict[str, Any]:
    """Return the kind, the root and the options with which `picture_reader` finds the pictures of a source.

    A rule passes this as a parameter, so that pictures are read again only if one of these keys changes.
    """
    kind = kind_of(source)
    return {"kind": source["kind"], "root": kind.image_root(source), **kind.picture_options(source)}


def picture_reader(
    pictures: dict[str, Any],
) -> Callable[[Collection[str]], Iterator[tuple[str, Content]]]:
    """Return the function that yields (path, content) of pictures by their paths; see `picture_source`."""
    options = dict(pictures)
    kind = kind_of({"kind": options.pop("kind")})
    return partial(kind.pictures, options.pop("root"), **options)


def has_picture_urls(source: Source) -> bool:
    """Return whether the listing of a source holds the URLs of its pictures, so that they must be downloaded."""
    return "url" in source or source.get("images") == "urls"
