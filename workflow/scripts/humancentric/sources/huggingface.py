"""A data set of the library ``datasets``: saved on disk by ``save_to_disk``, or in the cache of its hub."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.sources.columns import Given, listing, wanted
from humancentric.sources.parquet import is_picture
from humancentric.sources.rows import PLACE, PROBLEM, ROWS, listing_schema


def read(source: dict, columns: dict[str, str]) -> Iterator[pa.Table]:
    """Yield the listing in batches. Without a column of ids a row is called after its split and its number there.

    Pictures have ``split#row`` as their ``image_source``.
    """
    target = listing_schema(columns.values())
    for split, dataset in splits_of(source).items():
        chosen = wanted(source, columns, dataset.column_names, f"{place(source)} {split}")
        schema = dataset.features.arrow_schema
        inside = "image" in source and is_picture(schema.field(source["image"]).type)
        needed = dict.fromkeys(
            name for key, names in chosen.items() for name in names if not (inside and key == "source.image")
        )
        number = pl.col(PLACE).str.strip_prefix("row ")
        given = Given(
            file=f"{place(source)} {split}",
            where=f"{split} ",
            split=split,
            names=class_names(dataset.features[chosen["source.labels"][0]]),
            ids=pl.lit(f"{split}-") + number.str.zfill(9),
            pictures=pl.lit(f"{split}#") + number if inside else None,
        )
        start = 0
        for batch in dataset.select_columns(list(needed)).with_format("arrow").iter(ROWS):
            numbers = pl.int_range(start, start + len(batch), eager=True).cast(pl.String)
            start += len(batch)
            frame = pl.from_arrow(batch).with_columns(
                (pl.lit("row ") + numbers).alias(PLACE), pl.lit(None, dtype=pl.String).alias(PROBLEM)
            )
            yield listing(frame, source, columns, given).to_arrow().cast(target)


def place(source: dict) -> str:
    """Return what the data set is called in messages."""
    return source.get("path") or " ".join(
        source[key] for key in ("name", "config", "revision") if key in source
    )


def splits_of(source: dict) -> dict:
    """Return ``{split: Dataset}``, memory-mapped. Raises `UserError` where nothing can be loaded without a network."""
    import datasets
    from huggingface_hub import constants

    constants.HF_HUB_OFFLINE = datasets.config.HF_HUB_OFFLINE = True  # what is not there is not waited for
    datasets.disable_progress_bars()
    try:
        if "path" in source:
            found = datasets.load_from_disk(source["path"])
        else:
            found = datasets.load_dataset(
                source["name"], source.get("config"), revision=source.get("revision")
            )
    except Exception as error:  # whatever the library raises: nothing can be loaded
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise UserError(f"{place(source)}: {_remedy(source)} ({type(error).__name__}: {reason})") from error
    if isinstance(found, datasets.Dataset):
        found = {str(found.split or "train"): found}
    _check_revision(found, source)
    chosen = source.get("only", list(found))
    unknown = next((name for name in chosen if name not in found), None)
    if unknown is not None:
        raise UserError(f"{place(source)}: has no split {unknown!r}{nearest(unknown, found)}")
    return {name: found[name] for name in chosen}


def _check_revision(found: dict, source: dict) -> None:
    """Raise `UserError` where the cache holds another revision: without a network the library takes its latest."""
    wanted = source.get("revision", "")
    for split in found.values():
        cached = Path(split.cache_files[0]["filename"]).parent.name if split.cache_files else ""
        if not cached.startswith(wanted):
            raise UserError(
                f"{source['name']}: the cache of the hub holds revision {cached}, not {wanted}; "
                "change source.revision, or load the other one where there is a network"
            )


def _remedy(source: dict) -> str:
    if "path" in source:
        found = (
            "is no data set of save_to_disk" if Path(source["path"]).exists() else "there is no such folder"
        )
        return f"{found}; save the data set there with datasets.Dataset.save_to_disk"
    return "is not in the cache of the hub; load it once where there is a network with datasets.load_dataset"


def class_names(feature: object) -> list[str] | None:
    """Return the names behind the class numbers of a feature, or of the items of a list; None if it has none."""
    while hasattr(feature, "feature"):
        feature = feature.feature
    return getattr(feature, "names", None)
