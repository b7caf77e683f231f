"""Published sets from a local server: resumed, checked, with their licence first, whatever the server does."""

import hashlib
import threading

import pytest
import torchvision.datasets as published

from file_server import Server
from humancentric.core.errors import UserError
from humancentric.core.http_client import RateLimitedClient
from humancentric.sources.published_downloads import advice, fetch, missing

DATA = {"train_32x32.mat": bytes(range(256)) * 2000, "test_32x32.mat": b"test" * 5000}
LIMITS = {"max_bytes": 10**6, "private": True, "tolerated": 0.1}


@pytest.fixture
def server():
    with Server(DATA) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def facts(server, root, **changes):
    checksums = {name: f"md5:{hashlib.md5(data).hexdigest()}" for name, data in DATA.items()}
    source = {"kind": "svhn", "root": str(root), "checksums": checksums} | changes
    about = {"licence": "for tests only", "citation": "Nobody 2011", "homepage": None}
    return about | {"source": source, "fetch": {name: server.url(name) for name in DATA}}


def fetched(row):
    options = {
        "requests_per_second": None,
        "attempts": 3,
        "backoff": 0.01,
        "proxied": False,
        "anywhere": True,
    }
    with RateLimitedClient(**options) as client:
        fetch("houses", row, client, LIMITS)


def contents(root):
    return {path.name: path.read_bytes() for path in root.iterdir()}


TRAIN = "train_32x32.mat"
HALF = f"bytes={len(DATA[TRAIN]) // 2}-"


@pytest.mark.parametrize(
    ("faults", "asked"),
    [
        ([], [None]),
        (["503"], [None, None]),
        (["page"], [None, None]),
        (["cut"], [None, HALF]),
        (["cut", "range ignored"], [None, HALF]),
        (["cut", "wrong range"], [None, HALF, None]),
        (["cut", "cut"], [None, HALF, f"bytes={len(DATA[TRAIN]) * 3 // 4}-"]),
    ],
)
def test_a_file_arrives_whole_and_what_has_arrived_is_not_requested_again(server, tmp_path, faults, asked):
    server.faults[TRAIN] = list(faults)
    fetched(facts(server, tmp_path))
    assert contents(tmp_path) == DATA
    assert [range_ for name, range_ in server.asked if name == TRAIN] == asked
    before = len(server.asked)
    fetched(facts(server, tmp_path))
    assert len(server.asked) == before


def test_a_later_run_continues_and_a_part_of_another_file_is_downloaded_again(server, tmp_path):
    server.faults[TRAIN] = ["503"] * 2 + ["cut"]
    with pytest.raises(
        UserError,
        match=r"train_32x32.mat: .*; what has been downloaded is kept for the next run, or download",
    ):
        fetched(facts(server, tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [f".{TRAIN}.part"]
    server.asked.clear()
    fetched(facts(server, tmp_path))
    assert server.asked[0] == (TRAIN, HALF)
    for content in (b"another file", DATA[TRAIN] + b"longer", DATA[TRAIN]):
        (tmp_path / TRAIN).unlink()
        (tmp_path / f".{TRAIN}.part").write_bytes(content)
        fetched(facts(server, tmp_path))
        assert contents(tmp_path) == DATA


def test_wrong_bytes_are_never_the_file(server, tmp_path):
    server.faults[TRAIN] = ["wrong bytes"] * 2
    with pytest.raises(
        UserError, match=r"train_32x32.mat: downloaded with md5 \w+, expected \w+; nothing was kept"
    ):
        fetched(facts(server, tmp_path))
    assert contents(tmp_path) == {}
    (tmp_path / TRAIN).write_bytes(b"damaged")
    server.faults.clear()
    fetched(facts(server, tmp_path))
    assert contents(tmp_path) == DATA


def test_without_a_checksum_nothing_is_continued(server, tmp_path):
    (tmp_path / f".{TRAIN}.part").write_bytes(DATA[TRAIN][:9])
    fetched(facts(server, tmp_path, checksums={}))
    assert server.asked[0] == (TRAIN, None)
    assert contents(tmp_path) == DATA


def test_a_redirect_to_another_host_is_followed(server, tmp_path):
    with Server(DATA) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        server.faults[TRAIN] = [other.url(TRAIN)]
        fetched(facts(server, tmp_path))
        other.shutdown()
    assert other.asked == [(TRAIN, None)]
    assert contents(tmp_path) == DATA


def test_the_licence_is_shown_before_anything_is_requested(server, tmp_path, caplog):
    caplog.set_level("INFO", "humancentric")
    server.files.clear()
    with pytest.raises(UserError, match="404"):
        fetched(facts(server, tmp_path, download="https://houses.example"))
    assert caplog.messages[0] == "houses: licence: for tests only; Nobody 2011; https://houses.example"


def test_unpacked_files_are_not_fetched_again(tmp_path):
    source = {"kind": "idx", "root": str(tmp_path), "names": ["0"]}
    addresses = {
        "train-images-idx3-ubyte.gz": "http://x.example/1",
        "train-labels-idx1-ubyte.gz": "http://x.example/2",
    }
    assert missing(source, addresses) == list(addresses)
    (tmp_path / "train-images-idx3-ubyte").touch()
    assert missing(source, addresses) == ["train-labels-idx1-ubyte.gz"]
    birds = {"kind": "cub", "root": str(tmp_path)}
    assert missing(birds, {"CUB_200_2011.tgz": "http://x.example/3"}) == ["CUB_200_2011.tgz"]
    (tmp_path / "CUB_200_2011").mkdir()
    (tmp_path / "CUB_200_2011" / "images.txt").touch()
    assert missing(birds, {"CUB_200_2011.tgz": "http://x.example/3"}) == []


def test_covers_come_from_the_urls_in_the_listings(server, tmp_path):
    names = ("book30-listing-train.csv", "book30-listing-test.csv")
    labels = ("bookcover30-labels-train.txt", "bookcover30-labels-test.txt")
    for number, (listing, label) in enumerate(zip(names, labels, strict=True)):
        lines = [
            f'"{name}","{name}.jpg","{server.url(name)}","T","A","0","C"'
            for name in (f"a{number}", f"b{number}")
        ]
        server.files |= {
            listing: "\n".join(lines).encode(),
            label: f"a{number}.jpg 0\nb{number}.jpg 0\n".encode(),
        }
    server.files |= {name: name.encode() for name in ("a0", "a1", "b0")}
    row = facts(server, tmp_path, kind="book-covers", classes=30, checksums={})
    row["fetch"] = {name: server.url(name) for name in (*names, *labels)}
    fetched(row)
    expected = {f"{name}.jpg": name.encode() for name in ("a0", "a1", "b0")}
    assert contents(tmp_path / "images") == expected  # b1 is not found
    server.asked.clear()
    fetched(row)
    assert server.asked == [("b1", None)]
    row["source"]["images"] = "urls"
    (tmp_path / "images" / "a0.jpg").unlink()
    fetched(row)
    assert server.asked == [("b1", None)]


def test_what_cannot_be_fetched_says_what_to_put_where(server, tmp_path):
    def said(homepage=None, **source):
        return advice({"source": source, "homepage": homepage})

    form = said("https://tweets.example", kind="mvsa", root="resources/mvsa")
    assert (
        "authors (https://tweets.example); download MVSA, keep its layout: labelResultAll.txt beside" in form
    )
    assert form.endswith(", in resources/mvsa")
    assert "belongs at ids.txt" in said(kind="subset", of="films", ids="ids.txt")
    assert "TMDB_TOKEN" in said(kind="tmdb")
    row = facts(server, tmp_path) | {"source": {"kind": "folder", "root": "x"}}
    with pytest.raises(UserError, match=r"datasets.houses.fetch: folder is not a published dataset"):
        fetched(row)


def test_checksums_and_addresses_are_those_of_torchvision(config):
    rows = {
        name: config["datasets"][name] for name in ("mnist", "fashion-mnist", "cifar10", "cifar100", "svhn")
    }
    for name, kind in {"mnist": published.MNIST, "fashion-mnist": published.FashionMNIST}.items():
        assert rows[name]["source"]["checksums"] == {file: f"md5:{md5}" for file, md5 in kind.resources}
        assert rows[name]["fetch"] == {file: kind.mirrors[0] + file for file, _ in kind.resources}
    for name, kind in {"cifar10": published.CIFAR10, "cifar100": published.CIFAR100}.items():
        assert rows[name]["source"]["checksums"] == {kind.filename: f"md5:{kind.tgz_md5}"}
        assert rows[name]["fetch"] == {kind.filename: kind.url}
    parts = [published.SVHN.split_list[part] for part in ("train", "test")]
    assert rows["svhn"]["source"]["checksums"] == {file: f"md5:{md5}" for _, file, md5 in parts}
    assert rows["svhn"]["fetch"] == {file: url for url, file, _ in parts}
