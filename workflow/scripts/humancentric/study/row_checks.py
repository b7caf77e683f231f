"""Check single rows of datasets, encoders and protocols beyond what their schemas check."""

import codecs
from datetime import date
from typing import Any

from humancentric.core.errors import UserError, nearest, require_known
from humancentric.core.hashing import split_name, split_names
from humancentric.study.study import NEVER, REGRESSION, UNKNOWN, Config, Dataset, Row, Study


def check_dataset(name: str, row: Row, config: Config) -> None:
    """Raise `UserError` if a dataset's row names a view, detector or prompts that do not exist, or swaps its dates."""
    config_path, views = f"config: datasets.{name}", row["views"]
    images = [view for view, spec in views.items() if spec["modality"] == "image" and "of" not in spec]
    for view, spec in views.items():
        if "of" in spec:
            path = f"{config_path}.views.{view}"
            require_known(f"{path}.of", [spec["of"]], images, "image view of this dataset")
            require_known(f"{path}.detector", [spec["detector"]], config["detectors"], "detector")
    prompts = row.get("prompts", "default")
    require_known(f"{config_path}.prompts", [prompts], config["prompts"], "row of prompts")
    if row["source"]["kind"] == "tmdb":
        released = row["source"]["released"]
        if str(released["from"]) > str(released["to"]):
            raise UserError(
                f"{config_path}.source.released.from is {released['from']}, after .to {released['to']}; swap them"
            )


def check_subset(row: Dataset, study: Study, made: bool, own_target: bool = False) -> None:
    """Raise `UserError` if the row of a subset does not fit the dataset that it is part of.

    `made` says whether the row has splits of its own, `own_target` whether it has numbers of its own.
    """
    if not row.is_subset:
        return
    config_path, whole = f"config: datasets.{row.name}", row.source["of"]
    others = set(study.datasets) - {row.name}
    if whole not in others:
        raise UserError(f"{config_path}.source.of: {whole!r} is not another dataset{nearest(whole, others)}")
    parent = study.datasets[whole]
    if parent.is_subset:
        raise UserError(
            f"{config_path}.source.of: {whole!r} is a subset itself; name {parent.source['of']!r}"
        )
    if made:
        raise UserError(f"{config_path}.split: a subset has the splits of {whole!r}; take it out")
    if row.task != parent.task:
        raise UserError(
            f"{config_path}.task is {row.task!r}, but that of {whole!r} is {parent.task!r}; use the same"
        )
    if own_target:
        raise UserError(f"{config_path}.target: a subset has the numbers of {whole!r}; take it out")
    columns = parent.text_columns.values()
    for view, column in row.text_columns.items():
        if column not in columns:
            raise UserError(
                f"{config_path}.views.{view}: {whole!r} has no text {column!r}{nearest(column, columns)}"
            )
    if row.views_of("image") and not parent.views_of("image"):
        raise UserError(f"{config_path}.views: {whole!r} has no pictures; take the image views out")


def check_leakage(row: Dataset) -> None:
    """Raise `UserError` if duplicates cannot be treated as the row requests."""
    config_path, texts = f"config: datasets.{row.name}.leakage", row.text_columns
    for view in row.leakage["texts"]:
        if view not in texts:
            raise UserError(
                f"{config_path}.texts: {view!r} is not a text view of this dataset{nearest(view, texts)}"
            )
    split = row.split or {}
    by_hash = split.get("kind", "hash") == "hash"
    if row.leakage["group"] and ("test" not in split or not by_hash or "group" in split):
        raise UserError(
            f"{config_path}.group needs a split by hash and no split.group; use split: {{test: share}}, or take it out"
        )


def check_encoder(name: str, row: Row, config: Config) -> None:
    """Raise `UserError` if `seen_until` is not a date, or `text` not a text encoder of the same model and weights."""
    day = str(row.get("seen_until", {}).get("date", NEVER))
    try:
        _ = day in (NEVER, UNKNOWN) or date.fromisoformat(day)
    except ValueError:
        raise UserError(
            f"config: encoders.{name}.seen_until.date is {day}, which is not a valid day; correct it"
        ) from None
    if "text" not in row:
        return
    config_path, rows = f"config: encoders.{name}.text", config["encoders"]
    if row["modality"] == "text":
        raise UserError(f"{config_path} is set for a text encoder; move it to the image encoder's row")
    texts = [other for other, partner in rows.items() if partner["modality"] == "text"]
    require_known(config_path, [row["text"]], texts, "text encoder")
    for key in ("kind", "model", "weights", "sha256", "width"):
        ours, theirs = row.get(key), rows[row["text"]].get(key)
        if ours != theirs:
            raise UserError(
                f"{config_path}: {row['text']!r} has {key} {theirs}, {name!r} has {ours}; "
                "name the text encoder of the same model and weights"
            )


def check_protocol(name: str, row: Row) -> None:
    """Raise `UserError` if a protocol chooses options on validation samples but holds none out."""
    for key in ("grid", "threshold"):
        if key in row and "validation" not in row and (key == "grid" or row[key] == "validation"):
            raise UserError(
                f"config: protocols.{name}.{key} is chosen on validation samples, of which there are none; "
                "add validation: {share: 0.1, seed: 0}"
            )


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
            f"{config_path}.source.repeated is 'merge-labels' for one label per sample, or a number; use first or "
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
        for key, found in (("target", "target" in row), ("source.min_votes", "min_votes" in source)):
            if found:
                raise UserError(
                    f"{config_path}.{key} is set for task {row['task']}; use task: {REGRESSION}, or take it out"
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
        raise UserError(f"{config_path}.source.labels is not a single column of numbers; add target.column")


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
            f"{config_path}.split.kind is 'iterative' for one label per sample, or a number; use stratified"
        )
    if kind == "stratified" and row["task"] == "multi-label":
        raise UserError(
            f"{config_path}.split.kind is 'stratified' for several labels per sample; use iterative"
        )
    if "group" in made and kind != "hash":
        raise UserError(f"{config_path}.split: kind {kind!r} does not support group; take out kind or group")
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
            f"{config_path}.source.path: {unknown!r} is not a split of the row{nearest(unknown, valid)}"
        )


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
