"""Archives and pickles that lie about sizes or ask for odd arrays are refused with little memory."""

import gzip
import io
import pickle
import resource
import tarfile
import zipfile
import zlib
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from humancentric.core import archives
from humancentric.core.errors import UserError
from humancentric.sources.kinds import idx, svhn

MEGABYTES = 160
ROOM = 2**27  # bytes of address space beyond what the process has


def _limited(read, path, queue):
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, used + ROOM))
    try:
        queue.put(repr(read(path)))
    except UserError as error:
        queue.put(str(error))


def told(read, path):
    """Return what `read(path)` says, in a process of its own with little memory."""
    context = get_context("fork")
    queue = context.SimpleQueue()
    process = context.Process(target=_limited, args=(read, path, queue))
    process.start()
    process.join()
    assert process.exitcode == 0
    return queue.get()


def all_members(path):
    return [(name, len(data)) for name, data in archives.members(path, lambda name: True)]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_member_that_unfolds_to_more_than_its_directory_says(tmp_path, method):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive, archive.open("a.png", "w") as file:
        for _ in range(MEGABYTES):
            file.write(bytes(2**20))
    data = path.read_bytes().replace((MEGABYTES * 2**20).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(data)
    refusal = "packed in an unusual way; pack it again" if method == zipfile.ZIP_BZIP2 else "(Bad CRC-32"
    assert refusal in told(all_members, path)


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_a_tar_archive_that_unfolds_to_gigabytes(tmp_path, mode, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 2**26)
    path = tmp_path / f"a.tar.{mode[2:]}"
    with tarfile.open(path, mode, **({"preset": 0} if mode == "w:xz" else {"compresslevel": 1})) as archive:
        info = tarfile.TarInfo("a.png")
        info.size = MEGABYTES * 2**20
        archive.addfile(info, Zeros())
    assert "a.png has 167772160 bytes, more than 67108864" in told(all_members, path)


class Zeros:
    """A file of zeros without an end."""

    def read(self, size):
        return bytes(size)


def tar_header(kind, size):
    info = tarfile.TarInfo("name")
    info.type, info.size = kind, size
    return info.tobuf()


@pytest.mark.parametrize("kind", archives.HEADERS)
def test_names_and_facts_of_gigabytes(tmp_path, kind):
    path = tmp_path / "a.tar.gz"
    with gzip.open(path, "wb", 1) as file:
        file.write(tar_header(kind, MEGABYTES * 2**20))
        for _ in range(MEGABYTES):
            file.write(bytes(2**20))
    assert "a header of 167772160 bytes" in told(all_members, path)


def test_an_idx_file_that_unfolds_to_gigabytes_or_says_so(tmp_path):
    head = b"\0\0\x08\3" + b"".join(side.to_bytes(4, "big") for side in (2, 2, 2))
    path = tmp_path / "a.gz"
    with gzip.open(path, "wb", 1) as file:
        file.write(head)
        for _ in range(MEGABYTES):
            file.write(bytes(2**20))
    assert "more than 8 bytes do not fit its shape (2, 2, 2)" in told(idx.load, path)
    path.write_bytes(b"\0\0\x08\2" + b"\xff" * 8)
    assert "its shape (4294967295, 4294967295) is more than 1073741824 bytes" in told(idx.load, path)


def test_a_matlab_file_that_unfolds_to_gigabytes(tmp_path, monkeypatch):
    monkeypatch.setattr(svhn, "LARGEST", 2**26)
    path = tmp_path / "a.mat"
    savemat(
        path, {"X": np.zeros((32, 32, 3, 1), np.uint8), "y": np.ones((1, 1), np.uint8)}, do_compression=True
    )
    assert len(svhn.load(path)[1]) == 1
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(MEGABYTES)) + packer.flush()
    with path.open("ab") as file:
        file.write((15).to_bytes(4, "little") + len(packed).to_bytes(4, "little") + packed)
    assert "a.mat: not a MATLAB file with X and y (ValueError)" in told(svhn.load, path)


def test_a_matlab_file_with_other_kinds_of_values(tmp_path):
    cells = np.empty((32, 32, 3, 1), object)
    cells[:] = "a"
    savemat(tmp_path / "a.mat", {"X": cells, "y": np.ones((1, 1))})
    with pytest.raises(UserError, match="not a MATLAB file with X and y"):
        svhn.load(tmp_path / "a.mat")


def array_pickle(*, dtype=b"X\x02\0\0\0u1", dtype_state=None, shape=b"K\x02", data=b"ab"):
    """Return a pickled array of bytes, protocol 2, with parts replaced."""
    state = dtype_state or b"(K\x03X\x01\0\0\0|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0t"
    return (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85X\x01\0\0\0b\x87R"
        + b"(K\x01" + shape + b"\x85" + b"cnumpy\ndtype\n" + dtype + b"\x89\x88\x87R" + state + b"b"
        + b"\x89" + b"U" + bytes([len(data)]) + data + b"tb."
    )  # fmt: skip


def test_the_crafted_pickle_is_otherwise_a_good_one():
    assert archives.load_pickle(array_pickle(), "batch").tolist() == [97, 98]


@pytest.mark.parametrize(
    "parts",
    [
        {"dtype": b"X\x02\0\0\0O8"},
        {"dtype": b"X\x02\0\0\0V8"},
        {"dtype_state": b"(K\x03X\x01\0\0\0|NNNK\x10K\x08K\x3ft"},  # flags of objects
        {"dtype_state": b"(K\x03X\x01\0\0\0|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x3ft"},
        {
            "dtype_state": b"(K\x03X\x01\0\0\0|(cnumpy\ndtype\nX\x02\0\0\0O8\x89\x88\x87RK\x01\x85tNNK\1K\1K\0t"
        },
        {"dtype_state": b"(K\x03X\x01\0\0\0?NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0t"},
        {"dtype_state": b"}"},
        {"shape": b"K\x03"},
        {"shape": b"J\xff\xff\xff\xff"},
        {"shape": b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"},
    ],
)
def test_arrays_with_crafted_states_are_refused(parts):
    with pytest.raises(UserError, match="batch: not read"):
        archives.load_pickle(array_pickle(**parts), "batch")


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x02c_codecs\nencode\n}X\x01\0\0\0aK\1sb.",  # attributes of a function
        b"\x80\x02c_codecs\nencode\nN}X\x08\0\0\0__call__K\1s\x86b.",
        b"\x80\x02cnumpy\nndarray\n)\x81.",  # a new object of a class
        b"\x80\x02K\1r\xff\xff\xff\x7f." + b"x" * 9,  # a place in the memo that takes gigabytes
    ],
)
def test_pickles_change_nothing_and_take_no_room(tmp_path, data):
    before = {name: repr(maker) for name, maker in archives.ALLOWED.items()}
    path = tmp_path / "batch"
    path.write_bytes(data)
    said = told(lambda file: archives.load_pickle(file.read_bytes(), "batch"), path)
    assert said == "1" or "batch: not read" in said
    assert {name: repr(maker) for name, maker in archives.ALLOWED.items()} == before


def test_arrays_of_all_orders_are_as_numpy_reads_them():
    numbers = np.random.default_rng(0).integers(0, 200, (3, 4))
    for kind in ("u1", "<i4", ">i4", "<f8", "?"):
        for array in (numbers.astype(kind), np.asfortranarray(numbers.astype(kind))):
            found = archives.load_pickle(pickle.dumps({"data": array}, 2), "batch")["data"]
            np.testing.assert_array_equal(found, array)
            assert found.dtype == array.dtype.newbyteorder("=")  # as numpy reads them


def test_an_unpacked_file_is_as_small_as_a_packed_one(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 10)
    (tmp_path / "a").write_bytes(bytes(11))
    with pytest.raises(UserError, match="a: has more than 10 bytes"):
        archives.content(tmp_path / "a")
    assert archives.read_bounded(io.BytesIO(bytes(9)), 20) == bytes(9)
