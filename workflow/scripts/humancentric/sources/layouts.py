"""Which files a source consists of; light, since the workflow asks while planning."""

from pathlib import PurePosixPath

BOOK_COVERS = (
    "book30-listing-train.csv",
    "book30-listing-test.csv",
    "bookcover30-labels-train.txt",
    "bookcover30-labels-test.txt",
)
MVSA = ("labelResultAll.txt",)


def source_files(source: dict) -> list[str]:
    """Return the files whose content decides a source's listing."""
    if source["kind"] == "table":
        return [source["path"]]
    names = {"book-covers": BOOK_COVERS, "mvsa": MVSA}[source["kind"]]
    return [str(PurePosixPath(source["root"]) / name) for name in names]


def image_root(source: dict) -> str:
    """Return the folder that a source's image paths start from."""
    if source["kind"] == "table":
        return source.get("root", str(PurePosixPath(source["path"]).parent))
    return source["root"]
