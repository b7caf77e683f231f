"""Where the pictures of each kind of source are: by the ``image_source`` of its listing."""

from collections.abc import Callable, Collection, Iterator

from humancentric.images import ImageError
from humancentric.sources import cifar, cub, idx, picture_files, svhn

Opener = Callable[[str, Collection[str]], Iterator[tuple[str, bytes | ImageError]]]

KINDS: dict[str, Opener] = {
    "book-covers": picture_files.in_folder_or_archive,
    "cifar": cifar.pictures,
    "cub": cub.pictures,
    "idx": idx.pictures,
    "mvsa": picture_files.in_folder,
    "svhn": svhn.pictures,
    "table": picture_files.in_folder,
}
