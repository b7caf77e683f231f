"""The demo's objects in the raw layout of CIFAR-10 for Python: pickled batches in an archive."""

import gzip
import io
import pickle
import tarfile
from pathlib import Path

import numpy as np

from humancentric import files
from humancentric.demo.objects import NAMES, SIDE, Thing, draw_thing, things

BATCHES = 5
FOLDER = "cifar-10-batches-py"
ARCHIVE = "cifar-10-python.tar.gz"


class _Python2Pickler(pickle._Pickler):
    """Writes bytes as Python 2 wrote its strings, in which the published batches are."""

    dispatch = pickle._Pickler.dispatch.copy()

    def save_bytes(self, text: bytes) -> None:
        """Write a string of Python 2."""
        short = len(text) < 256
        length = len(text).to_bytes(1 if short else 4, "little")
        self.write((pickle.SHORT_BINSTRING if short else pickle.BINSTRING) + length + text)
        self.memoize(text)

    dispatch[bytes] = save_bytes


def pickled(value: object) -> bytes:
    """Return `value` as Python 2 pickled it with protocol 2."""
    buffer = io.BytesIO()
    _Python2Pickler(buffer, 2).dump(value)
    return buffer.getvalue()


def batch(made: list[Thing], label: str) -> dict[bytes, object]:
    """Return a batch as published: rows of 3,072 bytes (red, green, blue), labels, file names."""
    pictures = np.stack([draw_thing(one) for one in made]).transpose(0, 3, 1, 2)
    return {
        b"batch_label": label.encode(),
        b"labels": [NAMES.index(one.name) for one in made],
        b"data": pictures.reshape(len(made), -1),
        b"filenames": [f"{one.name}_s_{one.index:06d}.png".encode() for one in made],
    }


def members(count: int, seed: int) -> dict[str, bytes]:
    """Return the files of the archive, without their folder."""
    made = list(things(count, seed))
    train, test = ([one for one in made if one.test == held] for held in (False, True))
    meta = {b"num_cases_per_batch": -(-len(train) // BATCHES), b"num_vis": 3 * SIDE * SIDE}
    found = {"batches.meta": pickled(meta | {b"label_names": [name.encode() for name in NAMES]})}
    for number in range(BATCHES):
        label = f"training batch {number + 1} of {BATCHES}"
        found[f"data_batch_{number + 1}"] = pickled(batch(train[number::BATCHES], label))
    return found | {"test_batch": pickled(batch(test, "testing batch 1 of 1"))}


def write_objects(folder: str | Path, count: int, seed: int) -> None:
    """Write the archive with the first `count` pictures of `seed` into `folder`; equal calls give equal bytes."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, data in members(count, seed).items():
            member = tarfile.TarInfo(f"{FOLDER}/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    files.write_bytes(Path(folder) / ARCHIVE, gzip.compress(plain.getvalue(), 6, mtime=0))
