"""Which files a source consists of; light, since the workflow asks while planning."""

import os
from pathlib import Path, PurePosixPath

BOOK_COVERS = (
    "book30-listing-train.csv",
    "book30-listing-test.csv",
    "bookcover30-labels-train.txt",
    "bookcover30-labels-test.txt",
)
MVSA = ("labelResultAll.txt",)
IDX = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
SVHN = ("train_32x32.mat", "test_32x32.mat")
CIFAR_10 = tuple(
    f"cifar-10-batches-py/{name}"
    for name in ("batches.meta", *(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
)
CIFAR_100 = tuple(f"cifar-100-python/{name}" for name in ("meta", "train", "test"))
CIFAR = {  # classes -> the archive, and what it holds
    10: ("cifar-10-python.tar.gz", CIFAR_10),
    20: ("cifar-100-python.tar.gz", CIFAR_100),
    100: ("cifar-100-python.tar.gz", CIFAR_100),
}
CUB_ARCHIVE = "CUB_200_2011.tgz"
CUB = tuple(
    f"CUB_200_2011/{name}.txt" for name in ("images", "classes", "image_class_labels", "train_test_split")
)

# for each part of a source the ways in which it may lie below the root, the published one first
Parts = list[list[tuple[str, ...]]]

# the kinds with files under published names
PUBLISHED = ("book-covers", "mvsa", "idx", "cifar", "svhn", "cub")


def _parts(source: dict) -> Parts:
    archive, batches = CIFAR[source.get("classes") if source["kind"] == "cifar" else 10]
    return {
        "book-covers": [[BOOK_COVERS]],
        "mvsa": [[MVSA]],
        "idx": [[(f"{name}.gz",), (name,)] for name in IDX],
        "cifar": [[(archive,), batches]],
        "svhn": [[SVHN]],
        "cub": [[(CUB_ARCHIVE,), CUB]],
    }[source["kind"]]


def published_files(source: dict) -> list[str]:
    """Return the files below the source's root that decide its listing, by their published names.

    Of a part that may lie there in several ways, e.g. packed or unpacked, the first that is there; if none is, the
    published one.
    """
    root, names = Path(source["root"]), []
    for ways in _parts(source):
        names += next((way for way in ways if any((root / name).exists() for name in way)), ways[0])
    return names


def source_files(source: dict) -> list[str]:
    """Return the files whose content decides a source's listing."""
    if source["kind"] in OWN:
        return OWN[source["kind"]](source)
    return [str(PurePosixPath(source["root"]) / name) for name in published_files(source)]


def _tables(source: dict) -> list[str]:
    path = source["path"]
    return list(path.values()) if isinstance(path, dict) else [path]


def _parquet(source: dict) -> list[str]:
    patterns = parquet_patterns(source).values()
    return [str(file) for root, pattern in patterns for file in sorted(Path(root).glob(pattern))]


def _folders(source: dict) -> list[str]:
    """Return the root, its splits and its class folders: one changes when a file is added to it or taken away."""
    levels = [[source["root"]]]
    for _ in range(2 if source.get("layout") == "split/class" else 1):
        inner = (entry for folder in levels[-1] if Path(folder).is_dir() for entry in os.scandir(folder))
        levels.append(sorted(entry.path for entry in inner if entry.is_dir() and entry.name[0] != "."))
    return [folder for level in levels for folder in level]


def _saved(source: dict) -> list[str]:
    """Return the files in which a saved data set keeps its fingerprint; one in the hub's cache is named in the row."""
    if "path" not in source:
        return []
    root = Path(source["path"])
    return [str(file) for file in (root / "state.json", *sorted(root.glob("*/state.json"))) if file.exists()]


OWN = {"table": _tables, "parquet": _parquet, "folder": _folders, "huggingface": _saved}


def parquet_patterns(source: dict) -> dict[str | None, tuple[str, str]]:
    """Return ``{split or None: (folder, pattern of files below it)}`` of a Parquet source."""
    path = source["path"]
    patterns = path if isinstance(path, dict) else {None: path}
    return {split: _divided(pattern) for split, pattern in patterns.items()}


def parquet_root(source: dict) -> str:
    """Return the folder that holds all Parquet files of a source."""
    return os.path.commonpath([root for root, _ in parquet_patterns(source).values()])


def _divided(pattern: str) -> tuple[str, str]:
    """Return (folder without wildcards, pattern below it): of a folder all Parquet files at any depth."""
    path = PurePosixPath(pattern)
    if path.suffix != ".parquet":
        path /= "**/*.parquet"
    parts = path.parts
    plain = next((number for number, part in enumerate(parts) if set(part) & set("*?[")), len(parts) - 1)
    return str(PurePosixPath(*parts[:plain])), str(PurePosixPath(*parts[plain:]))


def image_root(source: dict) -> str:
    """Return the folder that a source's image paths start from."""
    if "root" in source:
        return source["root"]
    if source["kind"] == "parquet":
        return parquet_root(source)
    if source["kind"] == "huggingface":
        return source.get("path", ".")
    return os.path.commonpath([str(PurePosixPath(path).parent) for path in _tables(source)])


def picture_place(source: dict) -> dict:
    """Return what the stage that reads pictures needs to know of a source, and no more: the kind of place first."""
    place = {"kind": source["kind"], "root": image_root(source)}
    if source["kind"] == "parquet":
        place |= {"tables": parquet_root(source), "column": source.get("image")}
    if source["kind"] == "huggingface":
        place |= {
            key: source[key] for key in ("path", "name", "config", "revision", "image") if key in source
        }
    return place


def has_addresses(source: dict) -> bool:
    """Return whether the pictures of a source are to be fetched from addresses in its listing."""
    return "url" in source or source.get("images") == "urls"
