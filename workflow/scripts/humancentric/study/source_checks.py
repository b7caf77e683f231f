"""Check that the keys of a dataset's row go together: its source, its splits and its views."""

import codecs
from typing import Any

from humancentric.core.errors import UserError, nearest
from humancentric.core.hashing import split_name, split_names
from humancentric.study.study import REGRESSION

PICTURE_KEYS = ("image", "url")
SPLITS = ("train", "test")


def check_source(name: str, row: dict[str, Any]) -> None:
    """Raise `UserError` if the keys of a dataset's source contradict each other or the views."""
    source, config_path = row["source"], f"config: datasets.{name}"
    if all(key in source for key in PICTURE_KEYS):
        raise UserError(f"{config_path}.source has image and url; keep the one that pictures are read from")
    pictures = [view for view, spec in row["views"].items() if spec["modality"] == "image"]
    # A source with columns of labels is a user's own data, with pictures in a column as well.
    if "labels" in source and pictures and not any(key in source for key in PICTURE_KEYS):
        raise UserError(f"{config_path}.views.{pictures[0]} is of images; add source.image or source.url")
    if source["kind"] == "huggingface" and ("path" in source) == ("name" in source):
        raise UserError(f"{config_path}.source needs a path or a name; give one of them")
    if source.get("repeated") == "merge-labels" and row["task"] != "multi-label":
        raise UserError(
            f"{config_path}.source.repeated is 'merge-labels' for one label a sample, or a number; use first or "
            "error, or task: multi-label"
        )
    for encoding in _list(source.get("encoding", [])):
        _check_encoding(encoding, config_path)
    if isinstance(source.get("path"), dict):
        _check_files(row, config_path)


def check_target(name: str, row: dict[str, Any]) -> None:
    """Raise `UserError` if the keys of a dataset of numbers contradict each other, or a dataset of labels has them."""
    target, source, config_path = row.get("target", {}), row["source"], f"config: datasets.{name}"
    if row["task"] != REGRESSION:
        for place, found in (("target", "target" in row), ("source.min_votes", "min_votes" in source)):
            if found:
                raise UserError(
                    f"{config_path}.{place} is set for task {row['task']}; use task: {REGRESSION}, or take it out"
                )
        return
    if "min_weight" in target and "weight" not in target:
        raise UserError(
            f"{config_path}.target has min_weight and no weight; add weight: the column it is about"
        )
    if source["kind"] == "tmdb" and not ("column" in target and "min_votes" in source):
        raise UserError(
            f"{config_path}: the labels of films are genres; add source.min_votes, e.g. 50, and target: {{column: "
            "vote_average, weight: vote_count}"
        )
    if not isinstance(source.get("labels", ""), str) and "column" not in target:
        raise UserError(f"{config_path}.source.labels is no single column of numbers; add target.column")


def check_splits(name: str, row: dict[str, Any]) -> None:
    """Raise `UserError` if the shares, kind and names of a dataset's splits contradict each other."""
    made, config_path = row.get("split", {}), f"config: datasets.{name}"
    shares = [made[key] for key in ("test", "validation") if key in made]
    if sum(shares) > 1 or ("validation" in made and sum(shares) >= 1):
        raise UserError(
            f"{config_path}.split: test and validation are {' + '.join(map(str, shares))}; leave a share for train"
        )
    if made and not shares:
        raise UserError(f"{config_path}.split has no share; add test or validation")
    if "validation" in made and "validation" in map(split_name, row.get("splits", [])):
        raise UserError(
            f"{config_path}.splits names validation, which split.validation makes; take out one of the two"
        )
    ours = next(
        (
            split
            for split in split_names(row.get("splits", []), f"{config_path}.splits").values()
            if split in SPLITS
        ),
        None,
    )
    if ours is not None:
        raise UserError(f"{config_path}.splits names {ours}, which every dataset has; take it out")
    kind = made.get("kind", "hash")
    if kind == "iterative" and row["task"] != "multi-label":
        raise UserError(
            f"{config_path}.split.kind is 'iterative' for one label a sample, or a number; use stratified"
        )
    if kind == "stratified" and row["task"] == "multi-label":
        raise UserError(
            f"{config_path}.split.kind is 'stratified' for several labels a sample; use iterative"
        )
    if "group" in made and kind != "hash":
        raise UserError(f"{config_path}.split: kind {kind!r} knows no group; take out kind or group")
    if row.get("splits") and "test" in made:
        raise UserError(
            f"{config_path}.splits names splits of the data, which split.test makes anew; take out one of the two"
        )


def _check_encoding(encoding: str, config_path: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        known = ("utf-8", "utf-16", "latin-1", "cp1252", "gb18030", "shift-jis", "koi8-r")
        raise UserError(
            f"{config_path}.source.encoding: {encoding!r} is unknown{nearest(encoding, known)}"
        ) from error


def _check_files(row: dict[str, Any], config_path: str) -> None:
    if "split" in row["source"]:
        raise UserError(
            f"{config_path}.source has files of splits and a column of splits; take out one of the two"
        )
    absolute = {path.startswith("/") for path in row["source"]["path"].values()}
    if len(absolute) > 1:
        raise UserError(f"{config_path}.source.path has absolute and relative paths; use one kind")
    valid = [*SPLITS, *row.get("splits", [])]
    names = split_names(row["source"]["path"], f"{config_path}.source.path")
    known = set(map(split_name, valid))
    unknown = next((name for name, plain in names.items() if plain not in known), None)
    if unknown is not None and "test" not in row.get("split", {}):
        raise UserError(
            f"{config_path}.source.path: {unknown!r} is no split of the row{nearest(unknown, valid)}"
        )


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
