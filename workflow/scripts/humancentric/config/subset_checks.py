"""Mistakes in rows of subsets, and in what a row asks for about its duplicates."""

from typing import Any

from humancentric.config.catalogue import Config, text_columns, views
from humancentric.config.origins import is_subset, origin
from humancentric.errors import UserError, nearest


def check_subset(name: str, row: dict[str, Any], config: Config) -> None:
    """Raise `UserError` where the row of a subset does not fit the dataset that it is part of."""
    if not is_subset(config, name):
        return
    place, whole = f"config: datasets.{name}", row["source"]["of"]
    others = set(config["datasets"]) - {name}
    if whole not in others:
        raise UserError(f"{place}.source.of: {whole!r} is no other dataset{nearest(whole, others)}")
    if is_subset(config, whole):
        raise UserError(f"{place}.source.of: {whole!r} is a subset itself; name {origin(config, whole)!r}")
    if "split" in row or "splits" in row:
        raise UserError(f"{place}.split: a subset has the splits of {whole!r}; take it out")
    task = config["datasets"][whole]["task"]
    if row["task"] != task:
        raise UserError(f"{place}.task is {row['task']!r}, but that of {whole!r} is {task!r}; use the same")
    columns = text_columns(config, whole).values()
    for view, column in text_columns(config, name).items():
        if column not in columns:
            raise UserError(
                f"{place}.views.{view}: {whole!r} has no text {column!r}{nearest(column, columns)}"
            )
    if views(config, name, "image") and not views(config, whole, "image"):
        raise UserError(f"{place}.views: {whole!r} has no pictures; take the image views out")


def check_leakage(name: str, row: dict[str, Any], config: Config) -> None:
    """Raise `UserError` where duplicates cannot be treated as the row asks."""
    place, rules = f"config: datasets.{name}.leakage", row.get("leakage", {})
    texts = text_columns(config, name)
    for view in rules.get("texts", ()):
        if view not in texts:
            raise UserError(f"{place}.texts: {view!r} is no text view of this dataset{nearest(view, texts)}")
    split = row.get("split", {})
    if rules.get("group") and (
        "test" not in split or split.get("kind", "hash") != "hash" or "group" in split
    ):
        raise UserError(
            f"{place}.group needs a split by hash and no split.group; use split: {{test: share}}, or take it out"
        )
