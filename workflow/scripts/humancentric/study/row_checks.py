"""Check single rows of datasets, encoders and protocols, where their schema cannot."""

from datetime import date

from humancentric.core.errors import UserError, nearest, require_known
from humancentric.study.study import NEVER, UNKNOWN, Config, Dataset, Row, Study


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
    """Raise `UserError` where the row of a subset does not fit the dataset that it is part of.

    `made` says whether the row has splits of its own, `own_target` whether it has numbers of its own.
    """
    if not row.is_subset:
        return
    config_path, whole = f"config: datasets.{row.name}", row.source["of"]
    others = set(study.datasets) - {row.name}
    if whole not in others:
        raise UserError(f"{config_path}.source.of: {whole!r} is no other dataset{nearest(whole, others)}")
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
    """Raise `UserError` where duplicates cannot be treated as the row asks."""
    config_path, texts = f"config: datasets.{row.name}.leakage", row.text_columns
    for view in row.leakage["texts"]:
        if view not in texts:
            raise UserError(
                f"{config_path}.texts: {view!r} is no text view of this dataset{nearest(view, texts)}"
            )
    split = row.split or {}
    by_hash = split.get("kind", "hash") == "hash"
    if row.leakage["group"] and ("test" not in split or not by_hash or "group" in split):
        raise UserError(
            f"{config_path}.group needs a split by hash and no split.group; use split: {{test: share}}, or take it out"
        )


def check_encoder(name: str, row: Row, config: Config) -> None:
    """Raise `UserError` if `seen_until` is no day, or `text` no text encoder of the same model and weights."""
    day = str(row.get("seen_until", {}).get("date", NEVER))
    try:
        _ = day in (NEVER, UNKNOWN) or date.fromisoformat(day)
    except ValueError:
        raise UserError(
            f"config: encoders.{name}.seen_until.date is {day}, which is no day; mend it"
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
    """Raise `UserError` if a protocol chooses options on validation samples and holds none out."""
    for key in ("grid", "threshold"):
        if key in row and "validation" not in row and (key == "grid" or row[key] == "validation"):
            raise UserError(
                f"config: protocols.{name}.{key} is chosen on validation samples, of which there are none; "
                "add validation: {share: 0.1, seed: 0}"
            )
