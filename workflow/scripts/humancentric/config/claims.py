"""What the job that judges claims reads of the configuration, and the cells that claims are about; for planning."""

from typing import Any

from humancentric.config import catalogue, combinations, origins, study
from humancentric.config.catalogue import Config

DEFAULTS = {"resamples": 2000, "seed": 0}


def excerpt(config: Config) -> dict[str, Any]:
    """Return the claims with what they speak of: no display name, no learning rate."""
    chosen = config["study"]
    rows = {name: config["datasets"][name] for name in study.datasets(config)}
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
    kept = {key: row[key] for key in ("task", "human_centric", "cluster") if key in row}
    return {**kept, "views": views, "generated": origins.generated(config, name)}


def _encoder(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("modality", "multimodal", "text") if key in row}


def features(config: Config, dataset: str, task: str = "transfer") -> list[str]:
    """Return the features of every cell that claims may speak of: all but those of chance."""
    if task == "fewshot":
        return combinations.image_features(config, dataset)
    parent = study.controls(config)[dataset] if task == "control" else dataset
    images, texts = combinations.image_features(config, parent), combinations.text_features(config, parent)
    pairs = [f"{image}+{text}" for image in images for text in texts]
    known = {view for modality in ("image", "text") for view in catalogue.views(config, dataset, modality)}
    return [
        name for name in [*images, *texts, *pairs] if all(p.split(".")[0] in known for p in name.split("+"))
    ]


def datasets(config: Config, task: str) -> list[str]:
    """Return the datasets of the study with cells of a task."""
    if task == "control":
        return list(study.controls(config))
    return list(config["study"]["datasets"]) if task == "transfer" else study.fewshot_datasets(config)


def cells(config: Config) -> list[tuple[str, str, str]]:
    """Return (dataset, folder, features) of every probe whose predictions claims are judged by."""
    return [
        (name, "transfer", cell)
        for task in ("transfer", "control")
        for name in datasets(config, task)
        for cell in features(config, name, task)
    ]
