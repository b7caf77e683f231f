"""Where the pictures of each kind of source are: by the ``image_source`` of its listing."""

from collections.abc import Callable, Collection, Iterator
from functools import partial

from humancentric.core.images import ImageError
from humancentric.sources import cifar, cub, idx, picture_files, picture_tables, svhn

Opener = Callable[..., Iterator[tuple[str, bytes | ImageError]]]  # root, paths, and what else the place has

KINDS: dict[str, Opener] = {
    "book-covers": picture_files.in_folder_or_archive,
    "cifar": cifar.pictures,
    "cub": cub.pictures,
    "idx": idx.pictures,
    "folder": picture_files.in_folder,
    "huggingface": picture_tables.in_dataset,
    "mvsa": picture_files.in_folder,
    "parquet": picture_tables.in_parquet,
    "svhn": svhn.pictures,
    "table": picture_files.in_folder,
}


def opened(place: dict) -> Callable[[Collection[str]], Iterator[tuple[str, bytes | ImageError]]]:
    """Return the function that yields some paths' pictures from `place`, as `layouts.picture_place` describes it."""
    options = dict(place)
    return partial(KINDS[options.pop("kind")], options.pop("root"), **options)
