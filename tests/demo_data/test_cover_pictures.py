"""Pictures of Book Covers, from their folder or straight from the archive that they are published in."""

import io
import tarfile
import zipfile

import pytest
from PIL import Image

from humancentric.core import archives, images
from humancentric.core.errors import UserError
from humancentric.sources.kinds import picture_reader
from humancentric.sources.picture_files import read_shard


@pytest.fixture
def covers(tmp_path):
    """Return the root of three covers; the third's picture is nowhere."""
    pictures = {}
    for colour in ("red", "green"):
        buffer = io.BytesIO()
        Image.new("RGB", (80, 80), colour).save(buffer, "JPEG")
        pictures[f"{colour}.jpg"] = buffer.getvalue()
    return tmp_path, pictures


def cover_colours(root):
    found, rejects = read_shard(
        [(name, f"images/{name}.jpg") for name in ("red", "green", "blue")],
        picture_reader({"kind": "book-covers", "root": str(root)}),
    )
    middle = {row["id"]: images.decode(row["image"])[40, 40].argmax() for row in found.to_pylist()}
    return middle, dict(zip(*(rejects.column(name).to_pylist() for name in ("id", "reason")), strict=True))


@pytest.mark.parametrize("kind", ["folder", "zip", "tar", "tar.gz"])
def test_covers_lie_in_their_folder_or_in_an_archive(covers, kind):
    root, pictures = covers
    if kind == "folder":
        (root / "images").mkdir()
        for name, data in pictures.items():
            (root / "images" / name).write_bytes(data)
    elif kind == "zip":
        with zipfile.ZipFile(root / "224x224.zip", "w") as archive:
            for name, data in [*pictures.items(), ("._red.jpg", b"resource fork")]:
                archive.writestr(f"224x224/{name}", data)
    else:
        with tarfile.open(root / f"covers.{kind}", "w:gz" if kind == "tar.gz" else "w") as archive:
            for name, data in pictures.items():
                member = tarfile.TarInfo(f"./deep/er/{name}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
            link = tarfile.TarInfo("blue.jpg")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
            archive.addfile(link)
    assert cover_colours(root) == ({"red": 0, "green": 1}, {"blue": "missing"})


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_archives_that_are_cut_short_or_hold_something_huge(covers, monkeypatch, kind):
    root, pictures = covers
    path = root / f"covers.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in pictures.items():
                archive.writestr(name, data)
    else:
        (root / "made").mkdir()
        with tarfile.open(path, "w:gz") as archive:
            for name, data in pictures.items():
                (root / "made" / name).write_bytes(data)
                archive.add(root / "made" / name, name)
    monkeypatch.setattr(archives, "LARGEST", 100)
    with pytest.raises(UserError, match=r"red\.jpg has \d+ bytes, more than 100; take it out"):
        cover_colours(root)
    monkeypatch.undo()
    assert len(cover_colours(root)[0]) == 2
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UserError, match=r"cannot be read .* fetch it again"):
        cover_colours(root)


def test_neither_folder_nor_archive_of_covers_or_too_many(covers):
    root, _ = covers
    with pytest.raises(
        UserError, match=r"images: folder is missing \(no archive either\); unpack the pictures"
    ):
        cover_colours(root)
    for name in ("a.zip", "b.tar"):
        (root / name).write_bytes(b"")
    with pytest.raises(UserError, match=r"\(a\.zip, b\.tar\)"):
        cover_colours(root)
    (root / "b.tar").unlink()
    with pytest.raises(UserError, match=r"a\.zip: cannot be read .* fetch it again"):
        cover_colours(root)
