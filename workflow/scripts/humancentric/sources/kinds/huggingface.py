"""Read a data set of the Hugging Face library ``datasets``: saved by ``save_to_disk``, or in the cache of the hub."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.sources.picture_files import Content, table_pictures
from humancentric.sources.source_kind import Source, SourceKind, holds_pictures

DATA_KEYS = (
    "path",
    "name",
    "config",
    "revision",
    "image",
)  # of a source: which data set, and its column of pictures


def read(source: Source, columns: dict[str, str]) -> Iterator[pa.Table]:
    """Yield the listing in batches. Without a column of ids, a row's id is its split and its number there.

    Pictures have ``split#row`` as their ``image_source``.
    """
    from humancentric.sources.columns import ROWS, FileInfo, columns_by_key, listings, numbered

    for split, dataset in splits_of(source).items():
        name = f"{display_name(source)} {split}"
        chosen = columns_by_key(source, columns, dataset.column_names, name)
        schema = dataset.features.arrow_schema
        inside = "image" in source and holds_pictures(schema.field(source["image"]).type)
        info = FileInfo(
            name=name,
            position_prefix=f"{split} ",
            split=split,
            class_names=class_names(dataset.features[chosen["source.labels"][0]]),
            id_prefix=f"{split}-",
            picture_prefix=f"{split}#" if inside else None,
        )

        def rows(names: list[str], dataset: Any = dataset) -> Iterator[Any]:
            return numbered(dataset.select_columns(names).with_format("arrow").iter(ROWS))

        yield from listings(chosen, rows, source, columns, info)


def pictures(
    root: str, paths: Collection[str], *, image: str, **source: str
) -> Iterator[tuple[str, Content]]:
    """Yield each of `paths`, rows of the column `image` of a saved data set or files below `root`, with its bytes."""
    splits = splits_of(source)

    def values(split: str, rows: list[int]) -> Iterator[object]:
        column = splits[split].select_columns([image]).with_format("arrow")
        return (column[row].column(image)[0].as_py() for row in rows)

    return table_pictures(root, paths, splits.__contains__, values)


def files(source: Source) -> list[str]:
    """Return the files that hold the fingerprints of a saved data set; none for one in the hub's cache."""
    if "path" not in source:
        return []
    root = Path(source["path"])
    return [str(file) for file in (root / "state.json", *sorted(root.glob("*/state.json"))) if file.exists()]


def display_name(source: Source) -> str:
    """Return the name of the data set in error messages."""
    return source.get("path") or " ".join(
        source[key] for key in ("name", "config", "revision") if key in source
    )


def splits_of(source: Source) -> dict:
    """Return ``{split: Dataset}``, memory-mapped. Raises `UserError` if it can't be loaded without a network."""
    import datasets
    from huggingface_hub import constants

    constants.HF_HUB_OFFLINE = datasets.config.HF_HUB_OFFLINE = True  # do not wait for downloads
    datasets.disable_progress_bars()
    try:
        if "path" in source:
            found = datasets.load_from_disk(source["path"])
        else:
            found = datasets.load_dataset(
                source["name"], source.get("config"), revision=source.get("revision")
            )
    except Exception as error:  # the library raises many types
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise UserError(
            f"{display_name(source)}: {_remedy(source)} ({type(error).__name__}: {reason})"
        ) from error
    if isinstance(found, datasets.Dataset):
        found = {str(found.split or "train"): found}
    _check_revision(found, source)
    chosen = source.get("only", list(found))
    unknown = next((name for name in chosen if name not in found), None)
    if unknown is not None:
        raise UserError(f"{display_name(source)}: has no split {unknown!r}{nearest(unknown, found)}")
    return {name: found[name] for name in chosen}


def _check_revision(found: dict, source: Source) -> None:
    """Raise `UserError` if the cache holds another revision: offline, the library loads the latest one."""
    wanted = source.get("revision", "")
    for split in found.values():
        cached = Path(split.cache_files[0]["filename"]).parent.name if split.cache_files else ""
        if not cached.startswith(wanted):
            raise UserError(
                f"{source['name']}: the cache of the hub holds revision {cached}, not {wanted}; "
                "change source.revision, or load the other one on a machine with network access"
            )


def _remedy(source: Source) -> str:
    if "path" in source:
        found = (
            "is not a data set written by save_to_disk"
            if Path(source["path"]).exists()
            else "there is no such folder"
        )
        return f"{found}; save the data set there with datasets.Dataset.save_to_disk"
    return "is not in the cache of the hub; load it once with datasets.load_dataset on a machine with network access"


def class_names(feature: object) -> list[str] | None:
    """Return the names behind the class numbers of a feature, or of the items of a list; None if it has none."""
    while hasattr(feature, "feature") or (isinstance(feature, list) and len(feature) == 1):
        feature = feature[0] if isinstance(feature, list) else feature.feature
    return getattr(feature, "names", None)


SOURCE = SourceKind(
    read=read,
    files=files,
    pictures=pictures,
    image_root=lambda source: source.get("root") or source.get("path", "."),
    picture_options=lambda source: {key: source[key] for key in DATA_KEYS if key in source},
)
