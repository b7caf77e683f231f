"""The readers of the standard image sets against torchvision's, and the rows of the catalogue against what it knows."""

import shutil
import tarfile

import numpy as np
import pytest
from torchvision import datasets
from torchvision.datasets import cifar, mnist

import published_layouts as raw
from demo_data.objects import NAMES, write_objects
from humancentric.core import images
from humancentric.core.errors import UserError
from humancentric.sources import listing_readers
from humancentric.sources.kinds import kind_of, picture_reader, picture_source
from project import load_config

ROWS = load_config()["datasets"]
FETCHED = [
    name
    for name, row in ROWS.items()
    if row["source"].get("root", "").startswith("resources/") and kind_of(row["source"]).published
]
COUNT, SEED = 60, 8


def ours(source, split):
    """Return (pictures, labels) of a split in the order of their ids."""
    rows = [row for row in listing_readers.read(source, {}).to_pylist() if row["source_split"] == split]
    found = dict(picture_reader(picture_source(source))([row["image_source"] for row in rows]))
    pictures = np.stack([images.decode(found[row["image_source"]]) for row in rows])
    return pictures, [row["labels"][0] for row in rows]


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("classes", [10, 100])
def test_cifar_as_torchvision_reads_it(tmp_path, monkeypatch, train, classes):
    if classes == 10:
        write_objects(tmp_path, COUNT, SEED)
        with tarfile.open(tmp_path / "cifar-10-python.tar.gz") as archive:
            archive.extractall(tmp_path, filter="data")
    else:
        raw.write_cifar100(tmp_path, COUNT, SEED)
    monkeypatch.setattr(cifar, "check_integrity", lambda path, md5=None: True)
    theirs = {10: datasets.CIFAR10, 100: datasets.CIFAR100}[classes](tmp_path, train=train)
    source = {"kind": "cifar", "root": str(tmp_path), "classes": classes}
    pictures, labels = ours(source, "train" if train else "test")
    np.testing.assert_array_equal(pictures, theirs.data)
    assert labels == [theirs.classes[label].replace("_", " ") for label in theirs.targets]


@pytest.mark.parametrize("split", ["train", "test"])
def test_svhn_as_torchvision_reads_it(tmp_path, monkeypatch, split):
    raw.write_svhn(tmp_path, COUNT, SEED)
    monkeypatch.setattr(datasets.SVHN, "_check_integrity", lambda self: True)
    theirs = datasets.SVHN(str(tmp_path), split=split)
    pictures, labels = ours({"kind": "svhn", "root": str(tmp_path)}, split)
    np.testing.assert_array_equal(pictures, theirs.data.transpose(0, 2, 3, 1))
    assert labels == [str(label) for label in theirs.labels]


@pytest.mark.parametrize(("split", "prefix"), [("train", "train"), ("test", "t10k")])
def test_idx_as_torchvision_reads_it(tmp_path, split, prefix):
    raw.write_idx(tmp_path, COUNT, SEED)
    files = [tmp_path / f"{prefix}-{name}-ubyte" for name in ("images-idx3", "labels-idx1")]
    for file in files:
        mnist.extract_archive(f"{file}.gz", str(tmp_path))
    pictures, labels = ours({"kind": "idx", "root": str(tmp_path), "names": list(NAMES)}, split)
    np.testing.assert_array_equal(pictures[..., 0], mnist.read_image_file(str(files[0])).numpy())
    assert labels == [NAMES[label] for label in mnist.read_label_file(str(files[1])).tolist()]


def test_the_catalogue_has_the_checksums_that_torchvision_has():
    known = {
        "cifar10": {datasets.CIFAR10.filename: datasets.CIFAR10.tgz_md5},
        "cifar100": {datasets.CIFAR100.filename: datasets.CIFAR100.tgz_md5},
        "mnist": dict(datasets.MNIST.resources),
        "fashion-mnist": dict(datasets.FashionMNIST.resources),
        "svhn": {name: md5 for _, name, md5 in map(datasets.SVHN.split_list.get, ("train", "test"))},
    }
    for name, checksums in known.items():
        row = ROWS[name]["source"]["checksums"]
        assert row == {file: f"md5:{md5}" for file, md5 in checksums.items()}
    assert ROWS["fashion-mnist"]["source"]["names"] == datasets.FashionMNIST.classes


@pytest.mark.parametrize("name", FETCHED)
def test_checksums_are_of_files_that_are_read(name):
    source = ROWS[name]["source"] | {"root": "nowhere"}
    assert set(source.get("checksums", {})) <= set(kind_of(source).published(source))


@pytest.mark.parametrize("name", FETCHED)
def test_data_that_must_be_fetched_are_told_in_one_line(name, tmp_path):
    source = ROWS[name]["source"] | {"root": str(tmp_path)}
    with pytest.raises(
        UserError, match=r"file is missing; download .* put|file is missing; download MVSA"
    ) as told:
        listing_readers.read(source, {"tweet": "tweet"})
    assert "\n" not in str(told.value)
    assert "its publisher" not in str(told.value)


def test_a_folder_that_was_begun_to_be_unpacked_names_the_file_that_is_missing(tmp_path):
    raw.write_cub(tmp_path, COUNT, SEED)
    (tmp_path / "CUB_200_2011" / "classes.txt").unlink()
    with pytest.raises(UserError, match=r"CUB_200_2011/classes\.txt: file is missing"):
        listing_readers.read({"kind": "cub", "root": str(tmp_path)}, {})
    shutil.rmtree(tmp_path / "CUB_200_2011")
    with pytest.raises(UserError, match=r"CUB_200_2011\.tgz: file is missing"):
        listing_readers.read({"kind": "cub", "root": str(tmp_path)}, {})
