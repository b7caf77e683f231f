"""Download published data sets from the URLs in their rows, and give instructions for the others."""

import errno
import hashlib
import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import requests

from humancentric.core.downloads import Downloads
from humancentric.core.errors import UserError
from humancentric.core.files import FULL, file_digest, require_writable, write_bytes
from humancentric.core.http_client import RateLimitedClient, file_bytes
from humancentric.core.http_transport import ServiceError
from humancentric.core.images import ImageError
from humancentric.core.logs import progress
from humancentric.sources.kinds import kind_of
from humancentric.sources.listing_readers import how_to_get, published_files
from humancentric.sources.source_kind import Source

Facts = Mapping[str, Any]  # source, fetch ({file: URL}), licence, homepage and citation of a dataset
LARGEST = 2**34  # bytes
RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
UNSATISFIABLE = 416  # the HTTP status of a range beyond the end of the file
KEPT = "what has been downloaded is kept for the next run"
log = logging.getLogger("humancentric")


def fetch(name: str, facts: Facts, client: RateLimitedClient, limits: Mapping[str, Any]) -> None:
    """Download the files of the dataset `name` that are missing, and the pictures whose URLs are in them.

    The licence is logged before anything is requested. An existing file with the right checksum is kept. `limits` are
    those of `Downloads`. Raises `UserError` if a file cannot be downloaded.
    """
    source = facts["source"]
    if kind_of(source).published is None:
        raise UserError(
            f"datasets.{name}.fetch: {source['kind']} is not a published dataset; take `fetch` out of the row"
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
    """Return the files with a URL that are missing, or whose checksum differs from the published one."""
    root, checksums = Path(source["root"]), source.get("checksums", {})
    published = kind_of(source).published
    names = published(source) if published else []
    found = [name for name in names if (root / name).is_file()]
    found = [name for name in found if name not in checksums or has_checksum(root / name, checksums[name])]
    return [name for name in names if name in addresses and name not in found]


def fetch_pictures(source: Source, client: RateLimitedClient, limits: Mapping[str, Any]) -> None:
    """Download the pictures that a source names by URLs into files below its root, except those that exist."""
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
        """Return None: existing pictures are not requested at all."""
        return None

    def put(self, key: str, data: bytes) -> None:
        """Write a picture; reasons of refused ones are not stored."""
        for path in self._by_key.get(key, ()):
            write_bytes(path, data, sweep=False)


def advice(facts: Facts) -> str:
    """Return instructions for a dataset whose row has no URLs."""
    source = facts["source"]
    if source["kind"] == "tmdb":
        return "is crawled from TMDb by the study, with your own key in TMDB_TOKEN or TMDB_API_KEY"
    if source["kind"] == "subset":
        return f"is chosen from {source['of']} by a list of ids, which belongs at {source['ids']}"
    if kind_of(source).published is None:
        return "is your own data, of which nothing is downloaded here"
    page = f" ({facts['homepage']})" if facts["homepage"] else ""
    return f"cannot be downloaded without its authors{page}; {how_to_get(source)}, in {source['root']}"


def has_checksum(path: Path, checksum: str) -> bool:
    """Return whether a file exists and has `checksum`, e.g. ``md5:c58f...``."""
    algorithm, _, expected = checksum.partition(":")
    return path.is_file() and file_digest(path, algorithm) == expected


def download(client: RateLimitedClient, url: str, path: Path, checksum: str | None) -> None:
    """Write the file at `url` to `path`. A file with a `checksum` continues where an earlier run stopped.

    Raises `UserError` if it cannot be downloaded, or has a wrong checksum even when downloaded from its beginning.
    """
    partial = PartialFile(path)
    if checksum is None:  # nothing would show that both parts are of the same file
        partial.remove()
    while True:
        resumed = partial.size() > 0
        if not (checksum and resumed and has_checksum(partial.part, checksum)):
            try:
                client.ask(
                    url, sign=partial.ask_for_the_rest, parse=partial.check, largest=LARGEST, into=partial
                )
            except ServiceError as error:
                if resumed and error.status == UNSATISFIABLE:
                    partial.remove()
                    continue
                raise UserError(f"{path}: {error}; {KEPT}, or download the file yourself") from error
        if checksum is None or has_checksum(partial.part, checksum):
            partial.part.replace(path)
            return
        algorithm, _, expected = checksum.partition(":")
        problem = (
            f"{path}: downloaded with {algorithm} {file_digest(partial.part, algorithm)}, expected {expected}"
        )
        partial.remove()
        if not resumed:
            raise UserError(
                f"{problem}; nothing was kept: give another address, or download the file yourself"
            )
        log.warning("%s; downloaded again from its beginning", problem)


class PartialFile:
    """The part of the file `path` that has arrived, which is stored next to it."""

    def __init__(self, path: Path) -> None:
        """Continue with the part that an earlier run left. Raises `UserError` if no file can be made there."""
        require_writable(path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.part = path.with_name(f".{path.name}.part")
        self._file: IO[bytes] | None = None
        self._total: int | None = None

    def size(self) -> int:
        """Return the number of bytes that have arrived."""
        return self.part.stat().st_size if self.part.exists() else 0

    def remove(self) -> None:
        """Remove what has arrived."""
        self.part.unlink(missing_ok=True)

    def ask_for_the_rest(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return `request` for the missing bytes only, without compression."""
        request.headers["Accept-Encoding"] = "identity"
        if size := self.size():
            request.headers["Range"] = f"bytes={size}-"
        return request

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Prepare for the body of an answer: append it if it begins where the part ends, else start from nothing."""
        found = RANGE.fullmatch(headers.get("Content-Range", "")) if status == 206 else None
        resumes = found is not None and int(found[1]) == self.size()
        length = found[2] if found else headers.get("Content-Length", "")
        self._total = int(length) if length.isdecimal() else None
        self._file = self.part.open("ab" if resumes else "wb", buffering=0)
        if status == 206 and not resumes:
            self.end()

    def write(self, data: bytes) -> None:
        """Append `data`, or ignore it if the answer began at a wrong byte. Raises `UserError` if the disk is full."""
        try:
            if self._file is not None:
                self._file.write(data)
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise UserError(
                f"{self.part}: cannot write ({os.strerror(error.errno or errno.ENOSPC)}); make room; {KEPT}"
            ) from error

    def end(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def check(self, _: bytes) -> None:
        """Raise `ValueError` if bytes are missing, or if what arrived is a web page."""
        if self._total is not None and self.size() != self._total:
            raise ValueError(f"{self.size()} of {self._total} bytes")
        with self.part.open("rb") as file:
            try:
                file_bytes(file.read(64))
            except ValueError:
                self.remove()
                raise
