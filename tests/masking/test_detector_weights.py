"""Weights of detectors from a local server: the file, archives that hold it, and other answers."""

import io
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from humancentric.core.errors import UserError
from humancentric.core.files import sha256_of
from humancentric.core.http_client import RateLimitedClient
from humancentric.masking import detectors
from humancentric.masking.detector_weights import fetch
from tiny_graph import frozen_graph
from tiny_onnx import bright, constant, convolutions

LAYERS = {"geometry": constant([6.0, 14.0, 10.0, 18.0, 0.0], side=4), "score": bright(4, 0.2, 70.0)}
GRAPH = frozen_graph(
    dict(zip(("feature_fusion/concat_3", "feature_fusion/Conv_7/Sigmoid"), LAYERS.values(), strict=True))
)


def taped(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


SERVED = {
    "/east.pb": GRAPH,
    "/east.tar.gz": taped({"readme.txt": b"read me", "east/frozen.pb": GRAPH}),
    "/east.tar": taped({"frozen.pb": GRAPH}, "w"),
    "/east.zip": zipped({"other.onnx": convolutions(LAYERS), "frozen.pb": GRAPH}),
    "/tampered.pb": GRAPH[:-1] + b"x",
    "/tampered.tar.gz": taped({"frozen.pb": GRAPH[:-1] + b"x"}),
    "/cut.tar.gz": taped({"frozen.pb": GRAPH})[:200],
    "/page": b"<!doctype html><p>Sign in",
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = SERVED.get(self.path)
        self.server.asked.append(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.asked = []
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def row(tmp_path, server):
    (tmp_path / "known.pb").write_bytes(GRAPH)
    server.asked.clear()
    weights, sha256 = tmp_path / "east" / "frozen.pb", sha256_of(tmp_path / "known.pb")
    return lambda path: {
        "weights": str(weights),
        "sha256": sha256,
        "url": f"http://127.0.0.1:{server.server_port}{path}",
    }


def fetched(row):
    with RateLimitedClient(requests_per_second=None, attempts=2, backoff=0.01, proxied=False) as client:
        return fetch(row, "east", client)


@pytest.mark.parametrize("path", ["/east.pb", "/east.tar.gz", "/east.tar", "/east.zip"])
def test_a_file_or_an_archive_is_downloaded_once(row, server, path):
    row = row(path)
    assert fetched(row)
    detector = detectors.load({"kind": "east", "short_side": 64, "confidence": 0.5, **row})
    assert detector.path.read_bytes() == GRAPH
    assert not fetched(row)
    assert server.asked == [path]


def without_url(row):
    return {key: value for key, value in row.items() if key != "url"}


@pytest.mark.parametrize("path", ["/tampered.pb", "/tampered.tar.gz", "/cut.tar.gz", "/page", "/absent"])
def test_another_answer_is_an_error_and_keeps_the_old_file(row, path, tmp_path):
    row = row(path)
    file = tmp_path / "east" / "frozen.pb"
    for before in (None, b"altered"):
        if before:
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(before)
        with pytest.raises(UserError) as caught:
            fetched(row)
        assert "\n" not in str(caught.value)
        assert (file.read_bytes() if file.exists() else None) == before
    assert str(caught.value).startswith("detectors.east.url: ")


@pytest.mark.parametrize("path", ["/tampered.pb", "/tampered.tar.gz"])
def test_a_tampered_file_names_both_checksums(row, path, tmp_path):
    (tmp_path / "tampered").write_bytes(SERVED["/tampered.pb"])
    found, row = sha256_of(tmp_path / "tampered"), row(path)
    with pytest.raises(
        UserError, match=rf"frozen\.pb sha256 {found} came, expected {row['sha256']}; nothing was kept"
    ):
        fetched(row)


def test_an_altered_file_is_fetched_again(row, tmp_path):
    row = row("/east.pb")
    assert fetched(row)
    (tmp_path / "east" / "frozen.pb").write_bytes(b"altered")
    assert fetched(row)
    assert (tmp_path / "east" / "frozen.pb").read_bytes() == GRAPH


def test_without_a_url_the_file_must_exist(row, tmp_path):
    row = without_url(row("/east.pb"))
    with pytest.raises(UserError, match=r"frozen\.pb is missing, and the row has no url; add url and sha256"):
        fetched(row)
    (tmp_path / "east").mkdir()
    (tmp_path / "east" / "frozen.pb").write_bytes(GRAPH)
    assert not fetched(row)
    (tmp_path / "east" / "frozen.pb").write_bytes(b"altered")
    with pytest.raises(
        UserError, match=rf"has sha256 [0-9a-f]{{64}}, expected {row['sha256']}, and the row has no url"
    ):
        fetched(row)


def test_errors_of_jobs_name_file_checksums_and_command(row, tmp_path):
    row = {"kind": "east", "short_side": 64, "confidence": 0.5, **without_url(row("/east.pb"))}
    command = "run `snakemake fetch_detectors` on a machine with network access, or put the file there"
    with pytest.raises(UserError) as missing:
        detectors.load(row, "detectors.east")
    file = tmp_path / "east" / "frozen.pb"
    assert str(missing.value) == (
        f"detectors.east.weights: {file} is missing, expected sha256 {row['sha256']}; {command}"
    )
    file.parent.mkdir()
    file.write_bytes(b"altered")
    with pytest.raises(UserError) as altered:
        detectors.load(row, "detectors.east")
    assert str(altered.value) == (
        f"detectors.east.weights: {file} has sha256 {sha256_of(file)}, expected {row['sha256']}; {command}"
    )
