"""A user's own data in Parquet files, class folders and saved data sets, and the pictures in them."""

import os
import unicodedata

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humancentric.core.errors import UserError
from humancentric.sources.kinds import huggingface, picture_reader, picture_source, source_files
from humancentric.sources.kinds.parquet import patterns
from humancentric.sources.picture_files import read_shard
from own_data import labels, png, problems, read, text, write

COLOURS = ["red", "green", "blue", "black", "white"]


def pictures(source: dict, rows: dict[str, dict]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return ``{id: bytes}`` of the pictures of a listing and ``{id: reason}`` of the others."""
    samples = [(name, row["image_source"]) for name, row in rows.items()]
    images, rejects = read_shard(samples, picture_reader(picture_source(source)))
    return (
        dict(zip(images["id"].to_pylist(), images["image"].to_pylist(), strict=True)),
        dict(zip(rejects["id"].to_pylist(), rejects["reason"].to_pylist(), strict=True)),
    )


def parquet(path, start, *, nested=True, **metadata):
    """Write two rows a row group: pictures as bytes or as a structure, a class number, a text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    chosen = COLOURS[start : start + 3]
    cells = [{"bytes": png(colour), "path": f"{colour}.png"} if nested else png(colour) for colour in chosen]
    rows = {"image": cells, "label": list(range(start, start + len(chosen))), "word": chosen}
    table = pa.table(rows).replace_schema_metadata(metadata or None)
    pq.write_table(table, path, row_group_size=2)


@pytest.mark.parametrize("nested", [True, False])
def test_pictures_inside_parquet_files(tmp_path, nested):
    parquet(tmp_path / "data/train-0.parquet", 0, nested=nested)
    parquet(tmp_path / "data/train-1.parquet", 3, nested=nested)
    source = {"kind": "parquet", "path": str(tmp_path / "data"), "image": "image", "labels": "label"}
    rows = read(source, "word")
    assert list(rows) == [f"train-0-{n:09d}" for n in range(3)] + [f"train-1-{n:09d}" for n in range(2)]
    assert [row["word"] for row in rows.values()] == COLOURS
    assert list(labels(rows).values()) == [["0"], ["1"], ["2"], ["3"], ["4"]]
    assert rows["train-1-000000001"]["image_source"] == "train-1.parquet#1"
    found, refused = pictures(source, dict(reversed(rows.items())))
    assert found == {name: png(colour) for name, colour in zip(rows, COLOURS, strict=True)}
    assert not refused
    assert source_files(source) == [str(tmp_path / f"data/train-{n}.parquet") for n in (0, 1)]


def test_splits_by_pattern_and_class_names_in_the_file(tmp_path):
    info = '{"info": {"features": {"label": {"names": ["a", "b", "c"], "_type": "ClassLabel"}}}}'
    parquet(tmp_path / "plain/train-0.parquet", 0, huggingface=info)
    parquet(tmp_path / "plain/test-0.parquet", 0, huggingface=info)
    paths = {split: str(tmp_path / f"plain/{split}-*.parquet") for split in ("train", "test")}
    source = {"kind": "parquet", "path": paths, "id": "word", "image": "image", "labels": "label"}
    both = {**source, "path": {"test": paths["test"]}}
    rows = read(both)
    assert labels(rows) == {"red": ["a"], "green": ["b"], "blue": ["c"]}
    assert {row["source_split"] for row in rows.values()} == {"test"}
    with pytest.raises(UserError, match=r"nothing-\*\.parquet: there is no such file"):
        read({**source, "path": str(tmp_path / "plain/nothing-*.parquet")})


def test_parquet_with_paths_and_with_what_is_no_picture(tmp_path):
    text(tmp_path / "one.png", png())
    (tmp_path / "pq").mkdir()
    write(
        tmp_path / "pq/a.parquet",
        [{"i": n, "file": f, "l": "x"} for n, f in enumerate(["one.png", "../x", ""])],
    )
    source = {"kind": "parquet", "path": str(tmp_path / "pq"), "id": "i", "image": "file", "labels": "l"}
    rows = read(source)
    found, refused = pictures({**source, "root": str(tmp_path)}, rows)
    assert found == {"0": png()}
    assert refused == {"1": "outside-root", "2": "missing"}
    cells = [{"bytes": None, "path": "one.png"}, {"bytes": b"no picture", "path": None}, None]
    pq.write_table(pa.table({"image": cells, "l": ["x"] * 3}), tmp_path / "cells.parquet")
    source = {"kind": "parquet", "path": str(tmp_path / "cells.parquet"), "image": "image", "labels": "l"}
    found, refused = pictures(source, read(source))
    assert list(found.values()) == [png()]
    assert refused == {"cells-000000001": "unreadable", "cells-000000002": "missing"}


def test_patterns_are_divided_where_the_wildcards_begin():
    def divided(path):
        return patterns({"path": path})[None]

    assert divided("data") == ("data", "**/*.parquet")
    assert divided("a/b/*.parquet") == ("a/b", "*.parquet")
    assert divided("a/*/x-?.parquet") == ("a", "*/x-?.parquet")
    assert divided("a/b.parquet") == ("a", "b.parquet")


def tree(root, *paths):
    for number, path in enumerate(paths):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(png(COLOURS[number % 5]))


def test_class_folders(tmp_path):
    tree(tmp_path, "cat/1.png", "cat/deep/2.png", "dog/1.png", "a b/1.png", "cat/.hidden.png", "stray.png")
    source = {"kind": "folder", "root": str(tmp_path)}
    rows = read(source)
    assert labels(rows) == {
        "a b--1.png": ["a b"],
        "cat--1.png": ["cat"],
        "cat--deep--2.png": ["cat"],
        "dog--1.png": ["dog"],
        "stray.png": [],
    }
    assert list(rows) == sorted(rows)
    assert problems(rows) == {"stray.png": "stray.png: is in no class folder"}
    found, _ = pictures(source, rows)
    assert found["cat--deep--2.png"] == png("green")
    assert source_files(source) == [str(tmp_path)] + [str(tmp_path / name) for name in ("a b", "cat", "dog")]
    assert picture_source(source)["root"] == str(tmp_path)


def test_folders_of_splits(tmp_path):
    tree(tmp_path, "train/cat/1.png", "train/dog/1.png", "test/cat/1.png", "later/cat/1.png")
    source = {"kind": "folder", "root": str(tmp_path), "layout": "split/class"}
    rows = read(source, splits=["later"])
    assert {name: (row["source_split"], *row["labels"]) for name, row in rows.items()} == {
        "later--cat--1.png": ("later", "cat"),
        "test--cat--1.png": ("test", "cat"),
        "train--cat--1.png": ("train", "cat"),
        "train--dog--1.png": ("train", "dog"),
    }
    with pytest.raises(UserError, match=r"split 'later' of 1 rows is not declared"):
        read(source)
    with pytest.raises(UserError, match=r"folder 'test' looks like a split; set source\.layout"):
        read({**source, "layout": "class"})
    tree(tmp_path, "test/cats/1.png")
    with pytest.raises(UserError, match=r"class 'cats' \(1 rows\) is in split test only; did you mean 'cat'"):
        read(source, splits=["later"])
    with pytest.raises(UserError, match=r"there is no folder"):
        read({**source, "root": str(tmp_path / "absent")})


def test_links_and_names_in_a_folder(tmp_path):
    text(tmp_path / "secret.png", png())
    root = tmp_path / "root"
    tree(root, "cat/1.png")
    (root / "cat/out.png").symlink_to(tmp_path / "secret.png")
    (root / "cat/within.png").symlink_to(root / "cat/1.png")
    (root / "cat/loop").symlink_to(root, target_is_directory=True)
    (root / "cat/new\nline.png").write_bytes(png())
    with open(os.fsencode(root) + b"/cat/caf\xe9.png", "wb") as file:
        file.write(png())
    source = {"kind": "folder", "root": str(root)}
    rows = read(source)
    assert problems(rows) == {"cat--caf?.png": "cat--caf?.png: its name is not in UTF-8"}
    found, refused = pictures(source, rows)
    assert set(found) == {"cat--1.png", "cat--within.png", "cat--new?line.png"}
    assert refused == {"cat--out.png": "outside-root", "cat--loop": "missing", "cat--caf?.png": "missing"}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return the folder of a saved data set with two splits."""
    datasets = pytest.importorskip("datasets")
    features = datasets.Features(
        {
            "image": datasets.Image(),
            "label": datasets.ClassLabel(names=["cat", "dog"]),
            "tags": datasets.Sequence(datasets.ClassLabel(names=["x", "y", "z"])),
            "word": datasets.Value("string"),
        }
    )

    def part(colours):
        cells = [{"bytes": png(colour), "path": None} for colour in colours]
        numbers = range(len(colours))
        tags = [[n % 3, 2] for n in numbers]
        rows = {"image": cells, "label": [n % 2 for n in numbers], "tags": tags, "word": list(colours)}
        return datasets.Dataset.from_dict(rows, features=features)

    folder = tmp_path_factory.mktemp("saved") / "set"
    datasets.disable_progress_bars()
    datasets.DatasetDict({"train": part(COLOURS), "test": part(COLOURS[:2])}).save_to_disk(folder)
    return str(folder)


def test_a_saved_data_set(saved):
    source = {"kind": "huggingface", "path": saved, "image": "image", "labels": "label"}
    rows = read(source, "word")
    assert list(rows) == [f"train-{n:09d}" for n in range(5)] + [f"test-{n:09d}" for n in range(2)]
    assert list(labels(rows).values()) == [
        [name] for name in ("cat", "dog", "cat", "dog", "cat", "cat", "dog")
    ]
    assert [row["source_split"] for row in rows.values()] == ["train"] * 5 + ["test"] * 2
    found, refused = pictures(source, rows)
    assert found == dict(zip(rows, map(png, [*COLOURS, *COLOURS[:2]]), strict=True))
    assert not refused
    assert [path.removeprefix(saved) for path in source_files(source)] == [
        "/test/state.json",
        "/train/state.json",
    ]


def test_lists_of_classes_and_one_split_of_a_saved_data_set(saved):
    source = {"kind": "huggingface", "path": saved, "id": "word", "labels": "tags", "only": ["train"]}
    assert labels(read(source)) == {
        "red": ["x", "z"],
        "green": ["y", "z"],
        "blue": ["z"],
        "black": ["x", "z"],
        "white": ["y", "z"],
    }
    with pytest.raises(UserError, match=r"has no split 'tset'; did you mean 'test'"):
        read({**source, "only": ["tset"]})
    with pytest.raises(
        UserError, match=r"column 'tag' \(source.labels\) does not exist; did you mean 'tags'"
    ):
        read({**source, "labels": "tag"})


def test_saved_data_sets_that_are_not_there(tmp_path):
    with pytest.raises(UserError, match=r"there is no such folder; save the data set there") as error:
        read({"kind": "huggingface", "path": str(tmp_path / "none"), "labels": "label"})
    assert "\n" not in str(error.value)
    with pytest.raises(UserError, match=r"is not a data set written by save_to_disk"):
        read({"kind": "huggingface", "path": str(tmp_path), "labels": "label"})
    with pytest.raises(
        UserError, match=r"nobody/nothing.*is not in the cache of the hub; load it once"
    ) as error:
        read({"kind": "huggingface", "name": "nobody/nothing", "labels": "label"})
    assert "\n" not in str(error.value)


def test_a_data_set_in_the_cache_of_the_hub(tmp_path, monkeypatch):
    datasets = pytest.importorskip("datasets")
    folder = tmp_path / "nobody___tiny/default/0.0.0/1f2e3d"
    folder.mkdir(parents=True)
    features = datasets.Features({"label": datasets.ClassLabel(names=["no", "yes"])})
    with datasets.arrow_writer.ArrowWriter(
        path=str(folder / "tiny-train.arrow"), features=features
    ) as writer:
        for label in (1, 0):
            writer.write({"label": label})
        rows, size = writer.finalize()
    info = datasets.DatasetInfo(
        features=features, dataset_name="tiny", config_name="default", version="0.0.0"
    )
    split = datasets.SplitInfo("train", num_examples=rows, num_bytes=size, dataset_name="tiny")
    info.splits = datasets.SplitDict({"train": split})
    info.write_to_directory(str(folder))
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    source = {"kind": "huggingface", "name": "nobody/tiny", "labels": "label", "revision": "1f2e"}
    assert labels(read(source)) == {"train-000000000": ["yes"], "train-000000001": ["no"]}
    with pytest.raises(UserError, match=r"nobody/tiny: the cache of the hub holds revision 1f2e3d, not 9a;"):
        read({**source, "revision": "9a"})


def test_what_a_set_is_called():
    assert huggingface.display_name({"name": "a/b", "revision": "1f"}) == "a/b 1f"
    assert huggingface.display_name({"path": "x"}) == "x"


def test_a_path_that_exists_is_no_pattern(tmp_path):
    for name in ("films [2024].parquet", "part*/a [b].parquet"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        pl.DataFrame({"film": ["1", "2"], "genres": ["x", "y"]}).write_parquet(path)
        source = {"kind": "parquet", "path": str(path), "id": "film", "labels": "genres"}
        assert labels(read(source)) == {"1": ["x"], "2": ["y"]}
        assert picture_source(source | {"image": "film"})["tables"] == str(path.parent)
    source["path"] = str(tmp_path / "part*")
    assert labels(read(source)) == {"1": ["x"], "2": ["y"]}


def test_class_folders_in_another_normal_form_are_the_same_class(tmp_path):
    apart = unicodedata.normalize("NFD", "café")
    for name in (f"train/{apart}/1.png", "test/café/2.png", f"test/{apart}/3.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(png())
    source = {"kind": "folder", "root": str(tmp_path), "layout": "split/class"}
    rows = read(source)
    assert labels(rows) == {
        f"{part}.png": ["café"] for part in ("test--café--2", "test--café--3", "train--café--1")
    }
    images, refused = pictures(source, rows)
    assert len(images) == 3
    assert not refused
