"""Where datasets come from, through subsets to the row that was collected or drawn, and what of them is absent."""

from collections.abc import Callable
from typing import Any

from humancentric.study.catalogue import GENERATED, Config, text_columns, views
from humancentric.study.selection import controls

SUBSET = "subset"
# Bits of 64 that pictures which count as nearly the same may differ in. Real posters that were compressed again or made
# smaller differ in 2 at most, brighter ones in 6; of 2,261 films no two posters came nearer than 10.
DISTANCE = 4
PLACES = ("replica", "catalogue", "root", "path")


def is_subset(config: Config, dataset: str) -> bool:
    """Return whether a dataset is chosen from another one by a list of ids."""
    return config["datasets"][dataset]["source"]["kind"] == SUBSET


def origin(config: Config, dataset: str) -> str:
    """Return the dataset whose source holds the pictures: itself, or what it is a subset of."""
    return config["datasets"][dataset]["source"]["of"] if is_subset(config, dataset) else dataset


def source(config: Config, dataset: str) -> dict[str, Any]:
    """Return the source row that the pictures come from."""
    return config["datasets"][origin(config, dataset)]["source"]


def generated(config: Config, dataset: str) -> bool:
    """Return whether a dataset was drawn by the workflow itself rather than collected."""
    row = source(config, dataset)
    return any(str(row.get(key, "")).startswith(GENERATED) for key in PLACES)


def from_tmdb(config: Config, dataset: str) -> bool:
    """Return whether a dataset holds content of TMDb, whose terms ask for a notice."""
    return source(config, dataset)["kind"] == "tmdb" and not generated(config, dataset)


def absent_ids(config: Config, dataset: str, exists: Callable[[str], bool]) -> str | None:
    """Return the list of ids that a subset needs and its user has yet to put in place; None where nothing is missing.

    A list below ``results/`` is made by the workflow.
    """
    row = config["datasets"][dataset]["source"]
    if row["kind"] != SUBSET or row["ids"].startswith("results/") or exists(row["ids"]):
        return None
    return row["ids"]


def without_absent(config: Config, exists: Callable[[str], bool]) -> tuple[Config, list[str]]:
    """Return the config without the study's controls whose list of ids is not there, and one sentence for each."""
    missing = {name: absent_ids(config, name, exists) for name in controls(config)}
    missing = {name: path for name, path in missing.items() if path}
    chosen = config["study"].get("controls", {})
    kept = {parent: [name for name in names if name not in missing] for parent, names in chosen.items()}
    sentences = [
        f"{name} is left out: its list of TMDb or IMDb ids, {path}, is not there; put it there to have it"
        for name, path in missing.items()
    ]
    return {**config, "study": {**config["study"], "controls": kept}}, sentences


def publish(config: Config, dataset: str) -> bool:
    """Return whether pictures and texts of a dataset may stand in figures and pages; else their ids do.

    As its row says; where it says nothing, all may but those of TMDb. A subset shows no more than its whole does.
    """
    default = not from_tmdb(config, dataset)
    whole = config["datasets"][origin(config, dataset)].get("publish", default)
    return whole and config["datasets"][dataset].get("publish", True)


def leakage(config: Config, dataset: str) -> dict[str, Any]:
    """Return how a dataset's duplicates are treated: ``group``, ``distance`` in bits, ``texts`` that make twins."""
    row = config["datasets"][dataset].get("leakage", {})
    texts = row.get("texts", list(text_columns(config, dataset)))
    return {"group": row.get("group", False), "distance": row.get("distance", DISTANCE), "texts": texts}


def about(config: Config, dataset: str) -> dict[str, Any]:
    """Return what the card of a dataset tells of its row."""
    row = config["datasets"][dataset]
    told = row["source"]
    words = "drawn by this workflow" if generated(config, dataset) else told["kind"]
    split = ", ".join(f"{key} {value}" for key, value in row.get("split", {}).items())
    theirs = f"that of {told['of']}" if is_subset(config, dataset) else "as the source says"
    return {
        "dataset": dataset,
        "source": f"subset of {told['of']} by {told['ids']}" if is_subset(config, dataset) else words,
        "task": row["task"],
        "human_centric": row["human_centric"],
        "views": [*views(config, dataset, "image"), *views(config, dataset, "text")],
        "texts": text_columns(config, dataset),
        "split": split or theirs,
        "asked": told.get("released"),
        "licence": row.get("licence", "unknown"),
        "homepage": row.get("homepage"),
        "citation": row.get("citation"),
        "from_tmdb": from_tmdb(config, dataset),
    }
