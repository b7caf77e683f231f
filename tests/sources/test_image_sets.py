"""The standard image sets in the layouts in which they are published, from files to the pixels an encoder sees."""

import gzip
import hashlib
import json
import tarfile
from collections import Counter

import numpy as np
import pytest
from PIL import Image

import published_layouts as raw
from demo_data.objects import NAMES, draw_thing, things, write_objects
from humancentric.core import archives, images, tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import LISTING
from humancentric.embedding.preprocessing import PROFILES, Preprocessing
from humancentric.sources import listing_readers
from humancentric.sources.kinds import idx, picture_reader, picture_source, source_files, svhn
from humancentric.sources.picture_files import read_shard

COUNT, SEED = 80, 5
MADE = list(things(COUNT, SEED))
TRAIN, TEST = [one for one in MADE if not one.test], [one for one in MADE if one.test]


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    """Return {kind: source row}, each with a set of the same eighty pictures in its own layout."""
    writers = {
        "idx": (raw.write_idx, {"names": list(NAMES)}),
        "svhn": (raw.write_svhn, {}),
        "cub": (raw.write_cub, {}),
        "cifar": (write_objects, {"classes": 10}),
        "cifar100": (raw.write_cifar100, {"classes": 100}),
    }
    sources = {}
    for name, (write, keys) in writers.items():
        folder = tmp_path_factory.mktemp(name)
        write(folder, COUNT, SEED)
        sources[name] = {"kind": name.removesuffix("100"), "root": str(folder), **keys}
    return sources


def pictures_of(source, rows, **limits):
    samples = [(row["id"], row["image_source"]) for row in rows]
    return read_shard(samples, picture_reader(picture_source(source)), **limits)


def pixels(table) -> dict[str, np.ndarray]:
    for row in table.to_pylist():
        assert row["image"].startswith(b"\x89PNG")
    return {row["id"]: images.decode(row["image"]) for row in table.to_pylist()}


def in_order(rows, split):
    return [row for row in rows if row["source_split"] == split]


WORDS = {
    "idx": lambda name: name,
    "svhn": lambda name: str(NAMES.index(name)),
    "cub": lambda name: f"{name.title()} Thing",
    "cifar": lambda name: name,
    "cifar100": lambda name: f"red {name}",
}


@pytest.mark.parametrize("name", WORDS)
def test_every_picture_is_listed_once_with_its_class_and_official_split(roots, name):
    listing = listing_readers.read(roots[name], {})
    rows = listing.to_pylist()
    assert len({row["id"] for row in rows}) == COUNT
    assert not any(row["source_problem"] for row in rows)
    expected = Counter(
        (split, WORDS[name](one.name)) for split, made in (("train", TRAIN), ("test", TEST)) for one in made
    )
    assert Counter((row["source_split"], row["labels"][0]) for row in rows) == expected


@pytest.mark.parametrize("name", ["svhn", "cifar", "cifar100"])
def test_colour_pictures_come_out_as_they_went_in(roots, name):
    rows = listing_readers.read(roots[name], {}).to_pylist()
    found, rejects = pictures_of(roots[name], rows, min_side=32)
    assert (len(found), len(rejects)) == (COUNT, 0)
    shown = pixels(found)
    given = {
        split: [draw_thing(one).tobytes() for one in made]
        for split, made in (("train", TRAIN), ("test", TEST))
    }
    for split in ("train", "test"):
        read = [shown[row["id"]].tobytes() for row in in_order(rows, split)]
        assert sorted(read) == sorted(given[split])
        if name != "cifar":  # its five batches take turns
            assert read == given[split]
    label_of = {draw_thing(one).tobytes(): WORDS[name](one.name) for one in MADE}
    assert all(label_of[shown[row["id"]].tobytes()] == row["labels"][0] for row in rows)


def test_grey_pictures_come_out_as_they_went_in_with_three_equal_channels(roots):
    rows = listing_readers.read(roots["idx"], {}).to_pylist()
    found, rejects = pictures_of(roots["idx"], rows, min_side=28)
    assert len(rejects) == 0
    shown = pixels(found)
    for row, one in zip(in_order(rows, "train"), TRAIN, strict=True):
        np.testing.assert_array_equal(shown[row["id"]], np.repeat(raw.grey(one)[..., None], 3, axis=2))
    assert found.column("width").unique().to_pylist() == [28]


def test_too_small_pictures_are_rejected_where_the_row_does_not_allow_them(roots):
    rows = listing_readers.read(roots["idx"], {}).to_pylist()
    found, rejects = pictures_of(roots["idx"], rows, min_side=64)
    assert len(found) == 0
    assert set(rejects.column("reason").to_pylist()) == {"too-small"}


@pytest.mark.parametrize("profile", ["lab-imagenet", "lab-half", "clip"])
@pytest.mark.parametrize("name", ["idx", "cifar"])
def test_what_an_encoder_sees_is_the_enlarged_array_and_nothing_else(roots, name, profile):
    """The reference: Pillow on the array itself, then (value / 255 - mean) / std."""
    import torch

    from humancentric.embedding.torch_runtime import image_forward

    chosen = PROFILES.get(profile, Preprocessing(224, (224, 224)))
    rows = in_order(listing_readers.read(roots[name], {}).to_pylist(), "test")[:3]
    found, _ = pictures_of(roots[name], rows)
    shown = pixels(found)
    seen = []

    def model(batch):
        seen.append(batch)
        return batch.flatten(1)[:, :4]

    forward = image_forward(model, chosen, torch.device("cpu"))
    forward([chosen(shown[row["id"]]) for row in rows])
    side = chosen.crop[0]
    for row, tensor in zip(rows, seen[0], strict=True):
        one = next(
            one for one in TEST
            if np.array_equal(_array(name, one), shown[row["id"]])
        )  # fmt: skip
        picture = Image.fromarray(raw.grey(one) if name == "idx" else draw_thing(one)).convert("RGB")
        large = np.asarray(picture.resize((side, side), Image.Resampling.BICUBIC), np.float64)
        expected = (large / 255 - np.array(chosen.mean)) / np.array(chosen.std)
        np.testing.assert_allclose(tensor.numpy().transpose(1, 2, 0), expected, atol=1e-5)
        if name == "idx":
            raw_values = (
                tensor.numpy() * np.array(chosen.std)[:, None, None] + np.array(chosen.mean)[:, None, None]
            )
            np.testing.assert_allclose(raw_values[0], raw_values[2], atol=1e-6)


def _array(name, one):
    return np.repeat(raw.grey(one)[..., None], 3, axis=2) if name == "idx" else draw_thing(one)


def test_unpacked_files_are_read_like_packed_ones(roots, tmp_path):
    packed = listing_readers.read(roots["idx"], {}).drop_columns("image_source")
    for path in source_files(roots["idx"]):
        name = path.rpartition("/")[2].removesuffix(".gz")
        with gzip.open(path) as file:
            (tmp_path / name).write_bytes(file.read())
    assert (
        listing_readers.read(roots["idx"] | {"root": str(tmp_path)}, {})
        .drop_columns("image_source")
        .equals(packed)
    )

    (archive,) = source_files(roots["cifar"])
    with tarfile.open(archive) as file:
        file.extractall(tmp_path, filter="data")
    unpacked = roots["cifar"] | {"root": str(tmp_path)}
    listing = listing_readers.read(unpacked, {})
    assert listing.equals(listing_readers.read(roots["cifar"], {}))
    rows = listing.to_pylist()[::7]
    assert (
        pictures_of(unpacked, rows)[0]
        .sort_by("id")
        .equals(pictures_of(roots["cifar"], rows)[0].sort_by("id"))
    )


def test_birds_are_read_from_their_archive_or_their_folder(roots, tmp_path):
    with tarfile.open(tmp_path / "CUB_200_2011.tgz", "w:gz") as file:
        file.add(f"{roots['cub']['root']}/CUB_200_2011", "CUB_200_2011")
    packed = roots["cub"] | {"root": str(tmp_path)}
    assert source_files(packed) == [str(tmp_path / "CUB_200_2011.tgz")]
    listing = listing_readers.read(packed, {})
    assert listing.equals(listing_readers.read(roots["cub"], {}))
    rows = listing.to_pylist()[::9]
    one, two = (pictures_of(source, rows)[0].sort_by("id") for source in (packed, roots["cub"]))
    assert one.equals(two)
    assert len(one) == len(rows)


def test_the_superclasses_of_cifar_100(roots):
    rows = listing_readers.read(roots["cifar100"] | {"classes": 20}, {}).to_pylist()
    assert {row["labels"][0] for row in rows} == {name[0] for name in NAMES}


def test_an_archive_is_opened_once_a_shard(roots, monkeypatch):
    rows = listing_readers.read(roots["cifar"], {}).to_pylist()
    opened = []
    members = archives.members
    monkeypatch.setattr(
        archives, "members", lambda path, wanted: opened.append(path) or members(path, wanted)
    )
    pictures_of(roots["cifar"], rows)
    assert len(opened) == 1


def test_digit_zero_is_class_ten_in_the_file(tmp_path):
    from scipy.io import loadmat

    raw.write_svhn(tmp_path, 40, SEED)
    stored = loadmat(tmp_path / "train_32x32.mat")["y"].ravel()
    _, digits = svhn.load(tmp_path / "train_32x32.mat")
    assert (stored == 10).any()
    assert digits.tolist() == [0 if label == 10 else label for label in stored]


@pytest.mark.parametrize("name", WORDS)
def test_a_missing_file_says_where_to_get_it_and_where_to_put_it(name, roots, tmp_path):
    source = roots[name] | {"root": str(tmp_path), "download": "https://data.example"}
    file = source_files(source)[0]
    with pytest.raises(
        UserError, match=r"file is missing; download it from https://data\.example and put"
    ) as told:
        listing_readers.read(source, {})
    assert str(told.value).startswith(f"{file}: ")


def test_checksums_are_compared_before_anything_is_read(roots, tmp_path):
    raw.write_idx(tmp_path, 40, SEED)
    name = "t10k-labels-idx1-ubyte.gz"
    source = roots["idx"] | {"root": str(tmp_path)}
    found = hashlib.md5((tmp_path / name).read_bytes()).hexdigest()
    listing = listing_readers.read(source | {"checksums": {name: f"md5:{found}"}}, {})
    files = json.loads(listing.schema.metadata[tables.METADATA_KEY])["files"]
    assert files[name]["published"] == f"md5:{found}"
    assert files[name]["sha256"] == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    tables.write(tmp_path / "listing.parquet", listing, LISTING)
    assert tables.read_metadata(tmp_path / "listing.parquet")["files"] == files
    (tmp_path / name).write_bytes(b"no gzip")
    with pytest.raises(UserError, match=f"{name}: md5 is .*, expected {found}; fetch it again"):
        listing_readers.read(source | {"checksums": {name: f"md5:{found}"}}, {})


@pytest.mark.parametrize("name", ["idx", "cifar", "svhn"])
@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: b"<html>not found</html>", lambda data: b""]
)
def test_damaged_files_are_told_in_one_line(roots, tmp_path, name, damage):
    for path in source_files(roots[name]):
        target = tmp_path / path.rpartition("/")[2]
        with open(path, "rb") as file:
            target.write_bytes(damage(file.read()))
    with pytest.raises(UserError, match="fetch it again") as told:
        listing_readers.read(roots[name] | {"root": str(tmp_path)}, {})
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\0\0\x0d\x01\0\0\0\x01\0", "not an IDX file of bytes"),  # of floats
        (b"\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x02\0", "do not fit its shape"),
        (b"\0\0\x08\x03\0\0", "do not fit its shape"),
    ],
)
def test_idx_files_of_another_kind(tmp_path, data, words):
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(UserError, match=words):
        idx.load(tmp_path / "x")


def test_pictures_and_labels_of_different_number(tmp_path):
    raw.write_idx(tmp_path, 40, SEED)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(raw.idx_bytes(np.zeros(3, np.uint8))))
    source = {"kind": "idx", "root": str(tmp_path), "names": list(NAMES)}
    with pytest.raises(UserError, match=r"does not go with t10k-labels-idx1-ubyte\.gz"):
        listing_readers.read(source, {})


def test_a_class_without_a_name_is_a_row_with_a_problem(roots):
    rows = listing_readers.read(roots["idx"] | {"names": list(NAMES[:9])}, {}).to_pylist()
    assert Counter(row["source_problem"] for row in rows) == {None: 72, "class 9 is none of the 9": 8}
