"""Write the demo's objects and tweets in further published layouts.

These are IDX, MATLAB, CUB-200-2011, CIFAR-100 and MVSA-Single.
"""

import gzip
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from demo_data.objects import NAMES, Thing, draw_thing, pickled, things
from demo_data.tweets import tweets, write_tweets
from humancentric.core import files
from humancentric.core.hashing import generator

GREY_SIDE = 28


def _halves(count: int, seed: int) -> tuple[list[Thing], list[Thing]]:
    objects = list(things(count, seed))
    return [thing for thing in objects if not thing.test], [thing for thing in objects if thing.test]


def _labels(objects: list[Thing]) -> np.ndarray:
    return np.array([NAMES.index(thing.name) for thing in objects], np.uint8)


def grey(thing: Thing) -> np.ndarray:
    """Return the greyscale image in the format of MNIST, (28, 28) uint8."""
    picture = Image.fromarray(draw_thing(thing)).convert("L")
    return np.asarray(picture.resize((GREY_SIDE, GREY_SIDE), Image.Resampling.BILINEAR))


def idx_bytes(array: np.ndarray) -> bytes:
    """Return a uint8 array as the bytes of an IDX file."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def write_idx(folder: str | Path, count: int, seed: int) -> None:
    """Write the four gzipped files of MNIST."""
    for prefix, objects in zip(("train", "t10k"), _halves(count, seed), strict=True):
        pictures = np.stack([grey(thing) for thing in objects])
        for name, array in (("images-idx3", pictures), ("labels-idx1", _labels(objects))):
            data = gzip.compress(idx_bytes(array), mtime=0)
            files.write_bytes(Path(folder) / f"{prefix}-{name}-ubyte.gz", data)


def write_svhn(folder: str | Path, count: int, seed: int) -> None:
    """Write the two MATLAB files of SVHN; class 10 is the digit 0 there."""
    from scipy.io import savemat

    for name, objects in zip(("train", "test"), _halves(count, seed), strict=True):
        pictures = np.stack([draw_thing(thing) for thing in objects], axis=3)
        digits = _labels(objects)[:, None]
        buffer = BytesIO()
        savemat(buffer, {"X": pictures, "y": np.where(digits == 0, 10, digits).astype(np.uint8)})
        files.write_bytes(Path(folder) / f"{name}_32x32.mat", buffer.getvalue())


def write_cub(folder: str | Path, count: int, seed: int) -> None:
    """Write the lists and image folders of an unpacked CUB-200-2011."""
    root = Path(folder) / "CUB_200_2011"
    classes = [f"{number:03d}.{name.title()}_Thing" for number, name in enumerate(NAMES, start=1)]
    objects = list(things(count, seed))
    paths = [
        f"{classes[NAMES.index(thing.name)]}/{thing.name.title()}_{thing.index:04d}.jpg" for thing in objects
    ]
    for thing, path in zip(objects, paths, strict=True):
        buffer = BytesIO()
        picture = Image.fromarray(draw_thing(thing)).resize((96, 72), Image.Resampling.BICUBIC)
        picture.save(buffer, "JPEG", quality=90)
        files.write_bytes(root / "images" / path, buffer.getvalue())
    lists: dict[str, Callable[[int, Thing], object]] = {
        "images": lambda index, thing: paths[index],
        "image_class_labels": lambda index, thing: NAMES.index(thing.name) + 1,
        "train_test_split": lambda index, thing: int(not thing.test),
    }
    for name, value in lists.items():
        lines = (f"{index + 1} {value(index, thing)}\n" for index, thing in enumerate(objects))
        files.write_text(root / f"{name}.txt", "".join(lines))
    lines = (f"{number} {name}\n" for number, name in enumerate(classes, start=1))
    files.write_text(root / "classes.txt", "".join(lines))


def write_cifar100(folder: str | Path, count: int, seed: int) -> None:
    """Write the unpacked batches of CIFAR-100: names are fine classes, their first letters coarse classes."""
    root = Path(folder) / "cifar-100-python"
    coarse = sorted({name[0] for name in NAMES})
    names = {b"fine_label_names": [f"red_{name}".encode() for name in NAMES]}
    names |= {b"coarse_label_names": [name.encode() for name in coarse]}
    files.write_bytes(root / "meta", pickled(names))
    for name, objects in zip(("train", "test"), _halves(count, seed), strict=True):
        pictures = np.stack([draw_thing(thing) for thing in objects]).transpose(0, 3, 1, 2)
        batch = {b"fine_labels": _labels(objects).tolist(), b"data": pictures.reshape(len(objects), -1)}
        batch[b"coarse_labels"] = [coarse.index(thing.name[0]) for thing in objects]
        files.write_bytes(root / name, pickled(batch))


def write_mvsa_single(folder: str | Path, count: int, seed: int) -> None:
    """Write the demo's tweets as MVSA-Single: an annotator's label for the text and one for the picture."""
    write_tweets(folder, count, seed)
    lines = []
    for tweet in tweets(count, seed):
        rng = generator(seed, "annotator", tweet.index)
        text, picture = tweet.judgements[int(rng.integers(len(tweet.judgements)))]
        lines.append(f"{tweet.id}\t{text},{picture}\n")
    files.write_text(Path(folder) / "labelResultAll.txt", "ID\ttext,image\n" + "".join(lines))
