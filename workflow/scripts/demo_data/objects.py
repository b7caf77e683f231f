"""Draw small images of everyday objects, in the raw layout of CIFAR-10 for Python."""

import gzip
import io
import pickle
import pickletools
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from humancentric.core import files
from humancentric.core.hashing import chance, generator, pick
from humancentric.masking.audit.backdrops import TEXTURES
from humancentric.masking.audit.pens import Palette, Pen, mix
from humancentric.masking.audit.shapes import SHAPES

SIDE, DRAWN = 32, 96  # pixels of an image, and of the drawing it is downscaled from
# class -> shape; some look alike on purpose
CLASSES = {
    "car": "a fast car",
    "tank": "a tank",
    "ship": "a sailing ship",
    "rocket": "a rocket",
    "house": "a house",
    "castle": "a castle",
    "tree": "a tree",
    "cactus": "a cactus",
    "guitar": "a guitar",
    "umbrella": "an umbrella",
}
NAMES = tuple(CLASSES)
TEST_EVERY = 3  # every third image of a class is a test image
SLIP = 0.06  # probability that an image shows another class


@dataclass(frozen=True)
class Thing:
    """One image; only the generator knows `shown`."""

    seed: int
    index: int
    name: str  # its label
    shown: str  # the class actually drawn

    @property
    def test(self) -> bool:
        """Return whether the image belongs to the test batch."""
        return self.index // len(NAMES) % TEST_EVERY == TEST_EVERY - 1


def thing(seed: int, index: int) -> Thing:
    """Return image number `index` of `seed`, a pure function of both."""
    rng = generator(seed, "thing", index)
    name = NAMES[index % len(NAMES)]
    return Thing(seed, index, name, pick(rng, NAMES) if chance(rng, SLIP) else name)


def things(count: int, seed: int) -> Iterator[Thing]:
    """Yield the first `count` images of `seed`, cycling through the classes."""
    return (thing(seed, index) for index in range(count))


def _colour(rng: np.random.Generator, low: int, high: int) -> tuple[int, ...]:
    return tuple(int(level) for level in rng.integers(low, high, 3))


def _palette(rng: np.random.Generator) -> Palette:
    bright = _colour(rng, 110, 256)
    return Palette(
        bright, mix(bright, _colour(rng, 60, 256), 0.6), _colour(rng, 0, 90), _colour(rng, 40, 256),
        _colour(rng, 190, 256),
    )  # fmt: skip


def draw_thing(one: Thing) -> np.ndarray:
    """Return the image (32, 32, 3; uint8): one noisy object of random position, size, colour and background."""
    rng = generator(one.seed, "picture", one.index)
    tint = _palette(rng)
    down = np.linspace(0, 1, DRAWN)[:, None, None]
    ground = np.array(tint.sky) + (np.array(tint.low) - np.array(tint.sky)) * down
    picture = Image.fromarray(np.broadcast_to(ground, (DRAWN, DRAWN, 3)).astype(np.uint8).copy())
    pen = Pen(picture)
    if chance(rng, 0.5):
        TEXTURES[pick(rng, ("dots", "rays", "stripes", "confetti", "soft lights", "a grid", "camouflage"))](
            pen, rng, tint
        )
    x, y = 0.5 + rng.uniform(-0.2, 0.2, 2)
    with pen.at(x, y, rng.uniform(0.17, 0.38), flip=chance(rng, 0.5), turn=float(rng.normal(0, 16))):
        SHAPES[CLASSES[one.shown]](pen, rng, tint)
    small = np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX), np.float32)
    noise = rng.normal(0, rng.uniform(4, 22), small.shape)
    return np.clip(small * rng.uniform(0.7, 1.1) + noise, 0, 255).astype(np.uint8)


BATCHES = 5
FOLDER = "cifar-10-batches-py"
ARCHIVE = "cifar-10-python.tar.gz"


# Opcodes for bytes in protocol 3 -> opcodes of the same layout that Python 2 writes for strings
PYTHON_2 = {"SHORT_BINBYTES": pickle.SHORT_BINSTRING[0], "BINBYTES": pickle.BINSTRING[0]}


def pickled(value: object) -> bytes:
    """Return `value` pickled as by Python 2 with protocol 2, bytes as strings, like the published batches."""
    data = bytearray(pickle.dumps(value, 3))
    for opcode, _, position in pickletools.genops(bytes(data)):
        if opcode.name in PYTHON_2 and position is not None:
            data[position] = PYTHON_2[opcode.name]
    data[1] = 2  # the number of the protocol
    return bytes(data)


def batch(made: list[Thing], label: str) -> dict[bytes, object]:
    """Return a batch in the published layout: rows of 3,072 bytes (red, green, blue), labels, file names."""
    pictures = np.stack([draw_thing(one) for one in made]).transpose(0, 3, 1, 2)
    return {
        b"batch_label": label.encode(),
        b"labels": [NAMES.index(one.name) for one in made],
        b"data": pictures.reshape(len(made), -1),
        b"filenames": [f"{one.name}_s_{one.index:06d}.png".encode() for one in made],
    }


def members(count: int, seed: int) -> dict[str, bytes]:
    """Return the archive's files by name, without their folder."""
    made = list(things(count, seed))
    train, test = ([one for one in made if one.test == held] for held in (False, True))
    meta = {b"num_cases_per_batch": -(-len(train) // BATCHES), b"num_vis": 3 * SIDE * SIDE}
    found = {"batches.meta": pickled(meta | {b"label_names": [name.encode() for name in NAMES]})}
    for number in range(BATCHES):
        label = f"training batch {number + 1} of {BATCHES}"
        found[f"data_batch_{number + 1}"] = pickled(batch(train[number::BATCHES], label))
    return found | {"test_batch": pickled(batch(test, "testing batch 1 of 1"))}


def write_objects(folder: str | Path, count: int, seed: int) -> None:
    """Write the archive of the first `count` images of `seed` to `folder`; equal arguments give equal bytes."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, data in members(count, seed).items():
            member = tarfile.TarInfo(f"{FOLDER}/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    files.write_bytes(Path(folder) / ARCHIVE, gzip.compress(plain.getvalue(), 6, mtime=0))
