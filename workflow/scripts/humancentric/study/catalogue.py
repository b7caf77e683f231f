"""What the rows of the catalogue say, whichever study reads them: a dataset's views and splits, an encoder's partner.

Light, like the whole package: it runs while planning.
"""

from typing import Any

Config = dict[str, Any]

NAME = "[a-z0-9-]+"  # dataset, view, encoder, ...: the same pattern constrains wildcards and config keys
VALIDATION = "validation"  # the split that a `split` row may make beside train and test
BESIDE = ("multimodal", "text")  # keys of an encoder's row that change none of its vectors
MIN_SIDE = 64  # pixels: below it a picture of a poster or a tweet is a placeholder
GENERATED = "results/generated/"  # data the workflow draws itself


def views(config: Config, dataset: str, modality: str) -> list[str]:
    """Return the names of a dataset's views of one modality, in the order of its row."""
    rows = config["datasets"][dataset]["views"]
    return [name for name, row in rows.items() if row["modality"] == modality]


def text_columns(config: Config, dataset: str) -> dict[str, str]:
    """Return ``{text view: column that holds it}`` of a dataset."""
    rows = config["datasets"][dataset]["views"]
    return {name: rows[name].get("column", name) for name in views(config, dataset, "text")}


def extra_splits(config: Config, dataset: str) -> list[str]:
    """Return the names of a dataset's splits beside train and test: made by its `split` row, or found in its data."""
    row = config["datasets"][dataset]
    if (source := row.get("source", {})).get("kind") == "subset":
        return extra_splits(config, source["of"])
    made = [VALIDATION] if "validation" in row.get("split", {}) else []
    return [*made, *(name for name in row.get("splits", []) if name not in made)]


def encoder_row(config: Config, encoder: str) -> dict[str, Any]:
    """Return what an encoder's vectors depend on: its row without the keys that only say what it is."""
    return {key: value for key, value in config["encoders"][encoder].items() if key not in BESIDE}


def prompts(config: Config, dataset: str) -> dict[str, Any]:
    """Return the row of prompts that a dataset's class names are put into."""
    return config["prompts"][config["datasets"][dataset].get("prompts", "default")]


def partners(config: Config) -> dict[str, str]:
    """Return ``{image encoder: text encoder that shares its space}``."""
    return {name: row["text"] for name, row in config["encoders"].items() if "text" in row}
