"""Pictures from a folder: the usable ones, and a reason for each of the others."""

import io
import unicodedata
from functools import partial

import pytest
from PIL import Image

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.hashing import shard_names, shard_of
from humancentric.core.images import ImageError
from humancentric.core.schemas import LISTING
from humancentric.sources.picture_files import file_content, in_folder, in_shard, read_shard, table_pictures
from humancentric.sources.source_kind import listing_table
from solid_images import save


def below(root):
    return partial(in_folder, root)


def reasons(table) -> dict[str, str]:
    assert set(table.column("stage").to_pylist()) <= {"image"}
    return dict(zip(table.column("id").to_pylist(), table.column("reason").to_pylist(), strict=True))


def test_each_sample_is_an_image_or_a_reject(tmp_path):
    save(tmp_path / "root/a/good.png")
    save(tmp_path / "root/plain.bmp", kind="BMP")
    save(tmp_path / "root/tiny.png", size=(3, 9))
    save(tmp_path / "root/huge.png", size=(60, 60))
    (tmp_path / "root/text.jpg").write_text("no picture")
    buffer = io.BytesIO()
    Image.effect_noise((40, 40), 90).save(buffer, "JPEG")
    (tmp_path / "root/cut.jpg").write_bytes(buffer.getvalue()[:-300])
    samples = [
        ("1", "a/good.png"),
        ("2", "plain.bmp"),
        ("3", "tiny.png"),
        ("4", "huge.png"),
        ("5", "text.jpg"),
    ]
    samples += [
        ("6", "cut.jpg"),
        ("7", None),
        ("8", ""),
        ("9", "absent.jpg"),
        ("10", "a"),
        ("11", "x" * 5000),
    ]
    images, rejects = read_shard(samples, below(tmp_path / "root"), min_side=4, max_pixels=3000)
    assert images.column("id").to_pylist() == ["1", "2"]
    assert images.column("width").to_pylist() == [8, 8]
    assert images.column("height").to_pylist() == [6, 6]
    assert images.column("image")[0].as_py() == (tmp_path / "root/a/good.png").read_bytes()
    assert images.column("image")[1].as_py().startswith(b"\x89PNG")
    expected = {"3": "too-small", "4": "too-large", "5": "unreadable", "6": "unreadable"}
    assert reasons(rejects) == expected | dict.fromkeys(["7", "8", "9", "10", "11"], "missing")


def test_nothing_outside_the_root_is_read(tmp_path):
    save(tmp_path / "secret.png")
    save(tmp_path / "root/inner/good.png")
    (tmp_path / "root/out.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "root/up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "root/within.png").symlink_to(tmp_path / "root/inner/good.png")
    (tmp_path / "root/circle.png").symlink_to(tmp_path / "root/circle.png")
    paths = [
        "out.png",
        "up/secret.png",
        "../secret.png",
        "inner/../../secret.png",
        str(tmp_path / "secret.png"),
    ]
    images, rejects = read_shard(
        [(path, path) for path in [*paths, "within.png", "circle.png"]], below(tmp_path / "root")
    )
    assert images.column("id").to_pylist() == ["within.png"]
    assert reasons(rejects) == dict.fromkeys(paths, "outside-root") | {"circle.png": "missing"}


def test_a_root_may_itself_be_a_link(tmp_path):
    save(tmp_path / "data/good.png")
    (tmp_path / "root").symlink_to(tmp_path / "data", target_is_directory=True)
    images, rejects = read_shard([("1", "good.png")], below(tmp_path / "root"))
    assert (len(images), len(rejects)) == (1, 0)


def test_no_samples_and_no_root(tmp_path):
    images, rejects = read_shard([], below(tmp_path))
    assert (len(images), len(rejects)) == (0, 0)
    with pytest.raises(UserError, match="there is no folder"):
        read_shard([], below(tmp_path / "absent"))


def test_an_id_that_is_offered_twice_is_read_once(tmp_path):
    save(tmp_path / "one.png")
    images, rejects = read_shard([("1", "one.png"), ("1", "absent.png")], below(tmp_path))
    assert images.column("id").to_pylist() == ["1"]
    assert len(rejects) == 0


def test_every_sample_of_a_listing_is_in_one_shard(tmp_path):
    rows = [{"id": str(number), "labels": ["a"], "image_source": f"{number}.png"} for number in range(50)]
    tables.write(tmp_path / "listing.parquet", listing_table(rows, []), LISTING)
    found = [in_shard(tmp_path / "listing.parquet", shard, 4) for shard in shard_names(4)]
    assert sorted(pair for part in found for pair in part) == sorted(
        (row["id"], row["image_source"]) for row in rows
    )
    assert [{shard_of(sample, 4) for sample, _ in part} for part in found] == [{"0"}, {"1"}, {"2"}, {"3"}]


def test_windows_paths_absolute_paths_and_other_normal_forms_are_found(tmp_path):
    root = tmp_path / "pictures"
    apart = unicodedata.normalize("NFD", "café")
    for name in ("a/b.png", f"{apart}/{apart}.png", "back\\slash.png"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())
    (tmp_path / "out.png").write_bytes(b"x")
    expected = {
        "a\\b.png": b"a/b.png",
        str(root / "a/b.png"): b"a/b.png",
        "café/café.png": f"{apart}/{apart}.png".encode(),
        "café\\café.png": f"{apart}/{apart}.png".encode(),
        "back\\slash.png": b"back\\slash.png",
    }
    assert dict(in_folder(root, list(expected))) == expected
    for path in (str(tmp_path / "out.png"), "..\\out.png", "a\\..\\..\\out.png", "C:\\out.png", "É/out.png"):
        assert isinstance(file_content(path, root), ImageError)


def test_paths_of_which_none_is_there_stop_the_stage(tmp_path):
    (tmp_path / "train").mkdir()
    paths = [f"C:\\films\\{number}.png" for number in range(20)]
    save(tmp_path / "1.png")

    def rejected(paths, **options) -> int:
        return len(read_shard([(path, path) for path in paths], below(tmp_path), root=tmp_path, **options)[1])

    error = r"none of 20 picture paths .*: 'C:.*films.*0.png' is .*, 'C:.*; the folder holds '1.png', 'train/'; correct"
    with pytest.raises(UserError, match=error):
        rejected(paths)
    assert rejected(paths[:19]) == 19  # too few to tell
    with pytest.raises(UserError, match=r"only 1 of 21 picture paths .*, or lower study.min_match \(0.1\)"):
        rejected([*paths, "1.png"])
    assert rejected([*paths, "1.png"], least=0.04) == rejected(paths, least=0) == 20


def test_paths_in_a_table_of_which_none_is_there_stop_the_stage(tmp_path):
    cells = {"a.parquet": b"x", "empty.parquet": None}

    def values(table, rows):
        return iter([cells[table]] * len(rows))

    paths = [f"{number}.png" for number in range(20)]

    def read(paths):
        return table_pictures(str(tmp_path), paths, lambda name: name in cells, values)

    with pytest.raises(UserError, match=r"none of 20 picture paths exist: .*; the folder is empty; correct"):
        read_shard([(path, path) for path in paths], read, root=tmp_path)
    empty = [(str(row), f"empty.parquet#{row}") for row in range(30)]
    assert set(read_shard(empty, read, root=tmp_path)[1]["detail"].to_pylist()) == {"the cell is empty"}
    (tmp_path / "3.png").write_bytes(b"y")
    found = dict(read([*paths, "a.parquet#1"]))
    assert (found["3.png"], found["a.parquet#1"], len(found)) == (b"y", b"x", 21)
