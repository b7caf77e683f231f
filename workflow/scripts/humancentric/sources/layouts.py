"""Which files a source consists of; light, since the workflow asks while planning."""

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


PUBLISHED = (
    "book-covers",
    "mvsa",
    "idx",
    "cifar",
    "svhn",
    "cub",
)  # the kinds with files under published names


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
    if source["kind"] == "table":
        return [source["path"]]
    return [str(PurePosixPath(source["root"]) / name) for name in published_files(source)]


def image_root(source: dict) -> str:
    """Return the folder that a source's image paths start from."""
    if source["kind"] == "table":
        return source.get("root", str(PurePosixPath(source["path"]).parent))
    return source["root"]
