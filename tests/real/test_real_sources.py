"""The published files themselves: Book Covers, MVSA and pictures of CIFAR-10, read and counted."""

import csv
import os
import shutil
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from PIL import Image

from humancentric.core import images
from humancentric.core.schemas import REJECTS
from humancentric.dataset.samples import split_samples
from humancentric.sources import listing_readers
from humancentric.sources.kinds import book_covers, mvsa, picture_reader
from humancentric.sources.picture_files import read_shard

RELIGION = "Religion & Spirituality"


@pytest.fixture(scope="module")
def data() -> Path:
    return Path(os.environ["HUMANCENTRIC_REAL_DATA"]).resolve()


@pytest.fixture(scope="module")
def books(data, tmp_path_factory) -> Path:
    """Return a folder with the published label files and test listing, and a train listing made of the labels."""
    root = tmp_path_factory.mktemp("books")
    for path in (data / "books" / "bookcover30").glob("Task1_book*"):
        shutil.copy(path, root / path.name.removeprefix("Task1_"))
    with (root / "book30-listing-train.csv").open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for name, label in book_covers.labels_of(root / "bookcover30-labels-train.txt").items():
            writer.writerow([name[:-4].lstrip("0"), name, "", f"book {name}", "", label, ""])
    return root


@pytest.fixture(scope="module")
def checksums(config_rows) -> dict:
    return config_rows["book-covers"]["source"]["checksums"]


@pytest.fixture(scope="module")
def config_rows() -> dict:
    from project import load_config

    return load_config()["datasets"]


def read_covers(books, checksums, classes):
    source = {"kind": "book-covers", "root": str(books), "classes": classes, "checksums": checksums}
    listing = listing_readers.read(source, {"title": "title"})
    samples, rejects = split_samples(listing, REJECTS.empty(), {"title": "title"}, None)
    return listing, pl.from_arrow(samples).explode("labels"), rejects


def test_the_28_classes_have_the_published_sizes(books, checksums):
    listing, samples, rejects = read_covers(books, checksums, 28)
    assert listing.num_rows == 57_000
    assert Counter(samples["split"]) == {"train": 49_590, "test": 5_510}
    for split, size in (("train", 1_710), ("test", 190)):
        counts = Counter(samples.filter(pl.col("split") == split)["labels"])
        assert counts.pop(RELIGION) == 2 * size
        assert counts == dict.fromkeys(sorted(counts), size)
        assert len(counts) == 27
    assert Counter(rejects.column("reason").to_pylist()) == {"unusable": 1_900}
    assert samples["id"].n_unique() == 55_100
    assert samples["labels"].value_counts()["count"].max() / samples.height == pytest.approx(0.069, abs=5e-4)


def test_the_30_classes_have_the_published_sizes(books, checksums):
    _, samples, rejects = read_covers(books, checksums, 30)
    assert Counter(samples["split"]) == {"train": 51_300, "test": 5_700}
    assert set(Counter(samples.select("split", "labels").rows()).values()) == {1_710, 190}
    assert rejects.num_rows == 0


def test_all_test_titles_are_read_the_damaged_lines_too(books, checksums, data):
    listing, _, _ = read_covers(books, checksums, 30)
    test = pl.from_arrow(listing).filter(pl.col("source_split") == "test")
    lines = (data / "books" / "bookcover30" / "Task1_book30-listing-test.csv").read_bytes().split(b"\n")
    damaged = []
    for line in lines:
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            damaged.append(line)
    assert (test.height, len(damaged)) == (5_700, 19)
    assert test.filter(pl.col("title").str.strip_chars() == "").height == 0
    broken = test.filter((pl.col("title") + pl.col("source_author")).str.contains("\ufffd"))
    assert broken.height == 19
    assert test["title"].str.len_chars().mean() == pytest.approx(58.8, abs=0.1)
    assert test["id"].str.len_chars().unique().to_list() == [10]  # zeros in front are there


def with_votes(data: Path, root: Path) -> list[dict]:
    """Write a label file of MVSA-Single over links to the real pairs; return the merged labels it was made of."""
    (root / "data").symlink_to(data / "mvsa_single" / "data", target_is_directory=True)
    with (data / "mvsa_single" / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    lines = [f"{row['id']}\t{row['label']},{row['label']}\n" for row in rows]
    (root / "labelResultAll.txt").write_text("ID\ttext,image\n" + "".join(lines))
    return rows


def test_every_real_pair_is_read_with_its_text(data, tmp_path):
    rows = with_votes(data, tmp_path)
    listing = listing_readers.read({"kind": "mvsa", "root": str(tmp_path)}, {"tweet": "tweet"})
    found = {row["id"]: row for row in listing.to_pylist()}
    assert len(found) == len(rows) == 945
    for row in rows:
        one, raw = found[row["id"]], (data / "mvsa_single" / "data" / f"{row['id']}.txt").read_bytes()
        assert one["labels"] == [row["label"]]
        assert one["tweet"].split() == raw.decode(one["source_encoding"]).split()
        assert not any("\ue000" <= letter <= "\uf8ff" or letter == "\ufffd" for letter in one["tweet"])
    assert Counter(row["source_encoding"] for row in found.values())["gb18030"] == 187
    assert Counter(row["labels"][0] for row in found.values()) == {
        "positive": 567, "negative": 281, "neutral": 97,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("number", "part"),
    [
        ("2537", "Twelve years ago today, Beyoncé earned her first solo No.1"),  # French, Spanish
        ("2910", "fervent défenseurs de la République"),
        ("2964", "Тот момент,когда стоишь час"),  # Russian
        ("4226", "妖怪学の開祖である井上円了の設計したステキ施設"),  # Japanese
        ("5026", "Mexico\u2019s paralyzed president. Opinión de"),
    ],
)
def test_texts_that_were_looked_at(data, number, part):
    text, encoding = mvsa.decode((data / "mvsa_single" / "data" / f"{number}.txt").read_bytes())
    assert part in text
    assert encoding == "gb18030"


def test_every_picture_of_the_real_pairs_and_covers_is_read(data, tmp_path):
    rows = with_votes(data, tmp_path)
    (tmp_path / "data").unlink()
    samples = [(row["id"], f"{row['id']}.jpg") for row in rows]
    folder = data / "mvsa_single" / "data"
    for wanted, root in (
        (samples, folder),
        (
            [(p.stem, p.name) for p in sorted((data / "books" / "covers").iterdir())],
            data / "books" / "covers",
        ),
    ):
        found, rejects = read_shard(wanted, picture_reader({"kind": "table", "root": str(root)}), min_side=64)
        assert (len(found), len(rejects)) == (len(wanted), 0)
    assert len(wanted) == 1_236


def test_cifar_pictures_in_the_published_layout(data, tmp_path):
    """The JPEG pictures of the data folder, put into batches as published, come out as they went in."""
    import numpy as np

    from demo_data.objects import pickled

    names = sorted(path.name for path in (data / "cifar10" / "test").iterdir())
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    given = {}
    for split, parts in (("train", [f"data_batch_{n}" for n in range(1, 6)]), ("test", ["test_batch"])):
        files = sorted((data / "cifar10" / split).rglob("*.jpg"))
        for number, part in enumerate(parts):
            chosen = files[number :: len(parts)]
            pixels = np.stack([np.asarray(Image.open(path).convert("RGB")) for path in chosen])
            rows = pixels.transpose(0, 3, 1, 2).reshape(len(chosen), -1)
            labels = [names.index(path.parent.name) for path in chosen]
            (folder / part).write_bytes(pickled({b"data": rows, b"labels": labels}))
            for place in range(len(chosen)):
                given[f"cifar-10-batches-py/{part}#{place}"] = (pixels[place], names[labels[place]])
    (folder / "batches.meta").write_bytes(pickled({b"label_names": [name.encode() for name in names]}))
    listing = listing_readers.read({"kind": "cifar", "root": str(tmp_path), "classes": 10}, {})
    assert Counter(listing.column("source_split").to_pylist()) == {"train": 2_000, "test": 1_000}
    rows = listing.to_pylist()
    assert all(row["labels"] == [given[row["image_source"]][1]] for row in rows)
    found, rejects = read_shard(
        [(row["id"], row["image_source"]) for row in rows],
        picture_reader({"kind": "cifar", "root": str(tmp_path)}),
        min_side=32,
    )
    assert (len(found), len(rejects)) == (3_000, 0)
    place = {row["id"]: row["image_source"] for row in rows}
    for row in found.to_pylist():
        np.testing.assert_array_equal(images.decode(row["image"]), given[place[row["id"]]][0])
