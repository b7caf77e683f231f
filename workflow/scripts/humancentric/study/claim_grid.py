"""List the cells that claims are about, and check rows of claims."""

from typing import Any

from humancentric.core.errors import UserError, nearest
from humancentric.study import catalogue, feature_sets, provenance, selection
from humancentric.study.catalogue import Config

DEFAULTS = {"resamples": 2000, "seed": 0}


def excerpt(config: Config) -> dict[str, Any]:
    """Return the claims with what they speak of: no display name, no learning rate."""
    chosen = config["study"]
    rows = {name: config["datasets"][name] for name in selection.datasets(config)}
    names = [*chosen["image_encoders"], *chosen["text_encoders"]]
    keys = ("datasets", "controls", "fewshot_only", "image_encoders", "text_encoders")
    asked = chosen.get("claims", {})
    listed = asked.get("rows", list(config.get("claims", {})))
    return {
        "study": {key: chosen[key] for key in keys if key in chosen},
        "datasets": {name: _dataset(config, name, row) for name, row in rows.items()},
        "encoders": {name: _encoder(config["encoders"][name]) for name in names},
        "claims": {name: config["claims"][name] for name in listed},
        "options": {key: asked.get(key, value) for key, value in DEFAULTS.items()},
    }


def _dataset(config: Config, name: str, row: dict[str, Any]) -> dict[str, Any]:
    views = {
        view: {key: spec[key] for key in ("modality", "of") if key in spec}
        for view, spec in row["views"].items()
    }
    known: dict[str, Any] = {key: row[key] for key in ("task", "human_centric", "cluster") if key in row}
    return {**known, "views": views, "generated": provenance.generated(config, name)}


def _encoder(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("modality", "multimodal", "text") if key in row}


def features(config: Config, dataset: str, task: str = "transfer") -> list[str]:
    """Return the features of every cell that claims may speak of: all but those of chance."""
    if task == "fewshot":
        return feature_sets.image_features(config, dataset)
    parent = selection.controls(config)[dataset] if task == "control" else dataset
    images, texts = feature_sets.image_features(config, parent), feature_sets.text_features(config, parent)
    pairs = [f"{image}+{text}" for image in images for text in texts]
    known = {view for modality in ("image", "text") for view in catalogue.views(config, dataset, modality)}
    return [
        name for name in [*images, *texts, *pairs] if all(p.split(".")[0] in known for p in name.split("+"))
    ]


def datasets(config: Config, task: str) -> list[str]:
    """Return the datasets of the study with cells of a task."""
    if task == "control":
        return list(selection.controls(config))
    return list(config["study"]["datasets"]) if task == "transfer" else selection.fewshot_datasets(config)


def cells(config: Config) -> list[tuple[str, str, str]]:
    """Return (dataset, folder, features) of every probe whose predictions claims are judged by."""
    return [
        (name, "transfer", cell)
        for task in ("transfer", "control")
        for name in datasets(config, task)
        for cell in features(config, name, task)
    ]


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
