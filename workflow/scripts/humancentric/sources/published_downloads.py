"""Download published data sets from the addresses in their rows, and say of the others what to put where."""

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from humancentric.core.downloads import Downloads
from humancentric.core.errors import UserError
from humancentric.core.files import write_bytes
from humancentric.core.http_client import RateLimitedClient
from humancentric.core.images import ImageError
from humancentric.core.logs import progress
from humancentric.core.partial_file import download, has_checksum
from humancentric.sources.kinds import kind_of
from humancentric.sources.listing_readers import how_to_get, published_files
from humancentric.sources.source_kind import Source

Facts = Mapping[str, Any]  # source, fetch ({file: URL}), licence, homepage and citation of a dataset
log = logging.getLogger("humancentric")


def fetch(name: str, facts: Facts, client: RateLimitedClient, limits: Mapping[str, Any]) -> None:
    """Download the files of the dataset `name` that are missing, and the pictures whose URLs are in them.

    The licence is logged before anything is requested. A file that is there and has its checksum is kept. `limits` are
    those of `Downloads`. Raises `UserError` if a file cannot be had.
    """
    source = facts["source"]
    if kind_of(source).published is None:
        raise UserError(
            f"datasets.{name}.fetch: {source['kind']} is no published set; take `fetch` out of the row"
        )
    terms = (f"licence: {facts['licence']}", facts["citation"], facts["homepage"] or source.get("download"))
    log.info("%s: %s", name, "; ".join(filter(None, terms)))
    for file in missing(source, facts["fetch"]):
        path = Path(source["root"]) / file
        log.info("%s: from %s", path, facts["fetch"][file])
        download(client, facts["fetch"][file], path, source.get("checksums", {}).get(file))
        log.info("%s: %.1f MB", path, path.stat().st_size / 1e6)
    published_files(source)
    fetch_pictures(source, client, limits)


def missing(source: Source, addresses: Mapping[str, str]) -> list[str]:
    """Return the files with an address that are not there, or have another checksum than was published."""
    root, checksums = Path(source["root"]), source.get("checksums", {})
    published = kind_of(source).published
    names = published(source) if published else []
    found = [name for name in names if (root / name).is_file()]
    found = [name for name in found if name not in checksums or has_checksum(root / name, checksums[name])]
    return [name for name in names if name in addresses and name not in found]


def fetch_pictures(source: Source, client: RateLimitedClient, limits: Mapping[str, Any]) -> None:
    """Download the pictures that a source names by URLs into files below its root, except those that are there."""
    paths: dict[str, list[Path]] = {}
    for name, url in kind_of(source).picture_urls(source).items():
        if not (path := Path(source["root"]) / name).is_file():
            paths.setdefault(url, []).append(path)
    store = PictureFiles(paths)
    contents = Downloads(client, store, **limits).contents(list(store.paths))
    refused = [
        f"{url}: {content}"
        for url, content in progress(contents, "pictures", total=len(store.paths), unit="image")
        if isinstance(content, ImageError)
    ]
    if refused:
        log.warning(
            "%d of %d pictures cannot be had, the first: %s", len(refused), len(store.paths), refused[0]
        )


class PictureFiles:
    """A store of downloads whose entries are files at given paths, for `Downloads`."""

    def __init__(self, paths: Mapping[str, list[Path]]) -> None:
        """Keep the picture of each URL at its paths, ``{URL: paths}``."""
        self.paths = paths
        self._by_key = {hashlib.sha256(url.encode()).hexdigest(): files for url, files in paths.items()}

    def get(self, key: str) -> bytes | None:
        """Return None: pictures that are there are not requested at all."""
        return None

    def put(self, key: str, data: bytes) -> None:
        """Write a picture; why another one was refused is not kept."""
        for path in self._by_key.get(key, ()):
            write_bytes(path, data, sweep=False)


def advice(facts: Facts) -> str:
    """Return what is to be done for a dataset whose row has no addresses."""
    source = facts["source"]
    if source["kind"] == "tmdb":
        return "is crawled from TMDb by the study, with your own key in TMDB_TOKEN or TMDB_API_KEY"
    if source["kind"] == "subset":
        return f"is chosen from {source['of']} by a list of ids, which belongs at {source['ids']}"
    if kind_of(source).published is None:
        return "is your own data, of which nothing is downloaded here"
    page = f" ({facts['homepage']})" if facts["homepage"] else ""
    return f"cannot be downloaded without its authors{page}; {how_to_get(source)}, in {source['root']}"
