"""Mistakes in rows of claims, and in what a study asks of them."""

from typing import Any

from humancentric.config.catalogue import Config
from humancentric.errors import UserError, nearest

WITH_MARGIN = ("equivalent", "indistinct", "not-above")
OF_PAIRS = ("best", "not-above", "equivalent")
ROLES = ("ours", "rivals", "beside")


def check_claims(config: Config) -> None:
    """Raise `UserError` where a claim names what is not there, or has keys that its kind does not use."""
    for name, row in config.get("claims", {}).items():
        _claim(f"config: claims.{name}", row, config)
    rows = config["study"].get("claims", {}).get("rows", [])
    for name in rows:
        if name not in config.get("claims", {}):
            raise UserError(
                f"config: study.claims.rows: {name!r} is no claim{nearest(name, config.get('claims', {}))}"
            )


def _claim(place: str, row: dict[str, Any], config: Config) -> None:
    kind, cells = row["kind"], row["cells"]
    if (kind in WITH_MARGIN) != ("margin" in row):
        remedy = "take it out" if "margin" in row else "add margin, e.g. 0.01 for one point"
        raise UserError(
            f"{place}.margin: kind {kind!r} {'has none' if 'margin' in row else 'needs one'}; {remedy}"
        )
    if "beside" in row and row.get("compare", "both") == "both":
        raise UserError(
            f"{place}.beside: stands beside one part of a pair; add compare: image or text, or take it out"
        )
    if "compare" in row and cells != "pairs":
        raise UserError(
            f"{place}.compare: only pairs are compared by their parts; use cells: pairs, or take it out"
        )
    if cells == "pairs" and kind not in OF_PAIRS:
        raise UserError(f"{place}.cells: kind {kind!r} compares single encoders; use image or text")
    if row.get("task") == "fewshot" and cells != "image":
        raise UserError(f"{place}.cells: few-shot has pictures alone; use image")
    if kind == "interaction" and "datasets" in row:
        raise UserError(
            f"{place}.datasets: an interaction takes all human-centric and all other datasets; take it out"
        )
    _known(f"{place}.datasets", _listed(row.get("datasets")), config["datasets"], "dataset")
    views = {view for dataset in config["datasets"].values() for view in dataset["views"]}
    _known(f"{place}.views", row.get("views", []), views, "view of any dataset")
    for role in ROLES:
        _known(f"{place}.{role}", _listed(row.get(role)), config["encoders"], "encoder")


def _listed(chosen: Any) -> list[str]:
    """Return the names in a choice: a list, a word, or what is excepted."""
    names = chosen["except"] if isinstance(chosen, dict) else chosen
    return names if isinstance(names, list) else []


def _known(place: str, names: list[str], valid: Any, what: str) -> None:
    for name in names:
        if name not in valid:
            raise UserError(f"{place}: {name!r} is no {what}{nearest(name, valid)}")
