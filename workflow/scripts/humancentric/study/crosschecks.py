"""Check rows of the config against each other, where a schema of one row cannot."""

from collections.abc import Iterable
from typing import Any

from humancentric.core.errors import UserError, nearest
from humancentric.study import audit_grid
from humancentric.study.claim_grid import check_claims
from humancentric.study.from_config import study_from_config
from humancentric.study.masked_views import check_masked_views
from humancentric.study.source_checks import check_source, check_splits
from humancentric.study.study import Config, Dataset, Study


def check_subset(row: Dataset, study: Study, made: bool) -> None:
    """Raise `UserError` where the row of a subset does not fit the dataset that it is part of.

    `made` says whether the row has splits of its own.
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


# keys of the study that are lists of names
LISTS = ("datasets", "fewshot_only", "image_encoders", "text_encoders", "chance", "zeroshot", "protocols")


def _known(place: str, names: Iterable[str], valid: Iterable[str], what: str) -> None:
    valid = list(valid)
    for name in names:
        if name not in valid:
            raise UserError(f"config: {place}: {name!r} is no {what}{nearest(name, valid)}")


def _study(config: Config) -> None:
    study = config["study"]
    _known("study.datasets", study["datasets"], config["datasets"], "dataset")
    _known("study.protocols", study["protocols"], config["protocols"], "protocol")
    for modality in ("image", "text"):
        place = f"study.{modality}_encoders"
        _known(place, study[f"{modality}_encoders"], config["encoders"], "encoder")
        rows = {name: config["encoders"][name]["modality"] for name in study[f"{modality}_encoders"]}
        valid = [name for name, row in config["encoders"].items() if row["modality"] == modality]
        for name, found in rows.items():
            if found != modality:
                raise UserError(
                    f"config: {place}: {name!r} is an encoder of {found}s; "
                    f"move it to study.{found}_encoders{nearest(name, valid)}"
                )
    galleries = study.get("galleries", False)
    named = galleries if isinstance(galleries, list) else []
    _known("study.galleries", named, config["datasets"], "dataset")
    _known("study.chance", study.get("chance", []), config["encoders"], "encoder")
    partners = [name for name, row in config["encoders"].items() if "text" in row]
    _known("study.zeroshot", study.get("zeroshot", []), config["encoders"], "encoder")
    for name in study.get("zeroshot", []):
        if name not in partners:
            raise UserError(
                f"config: study.zeroshot: {name!r} shares its space with no text encoder; name one with "
                f"encoders.{name}.text, or take it out{nearest(name, partners)}"
            )
    for key in LISTS:
        names = study.get(key, [])
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise UserError(f"config: study.{key}: {twice!r} is listed twice; list it once")
    _fewshot_only(config)
    _known("study.shots", set(study["shots"]) - {"default"}, config["datasets"], "dataset")


def _fewshot_only(config: Config) -> None:
    names = config["study"].get("fewshot_only", [])
    _known("study.fewshot_only", names, config["datasets"], "dataset")
    others = {
        "study.datasets": config["study"]["datasets"],
        "study.controls": [name for row in config["study"].get("controls", {}).values() for name in row],
    }
    for name in names:
        for place, listed in others.items():
            if name in listed:
                raise UserError(
                    f"config: study.fewshot_only: {name!r} is also in {place}; take it out of one of the two"
                )
        if not any(view["modality"] == "image" for view in config["datasets"][name]["views"].values()):
            raise UserError(
                f"config: study.fewshot_only: {name!r} has no image view, which few-shot needs; take it out"
            )


def _controls(config: Config) -> None:
    trained = config["study"]["datasets"]
    for parent, names in config["study"].get("controls", {}).items():
        _known("study.controls", [parent, *names], config["datasets"], "dataset")
        for name in names:
            if name in trained:
                raise UserError(
                    f"config: study.controls.{parent}: {name!r} is also in study.datasets; "
                    "a control is only scored, take it out of one of the two"
                )
            if config["datasets"][name]["task"] != config["datasets"][parent]["task"]:
                raise UserError(
                    f"config: study.controls.{parent}: {name!r} is {config['datasets'][name]['task']}, its parent is "
                    f"{config['datasets'][parent]['task']}; a control needs its parent's task"
                )


def _differences(config: Config) -> None:
    chosen = config["study"].get("differences", {}).get("controls", [])
    known = [name for names in config["study"].get("controls", {}).values() for name in names]
    _known("study.differences.controls", chosen, known, "control of the study")


def _dataset(name: str, row: dict[str, Any], config: Config) -> None:
    place = f"datasets.{name}"
    images = [view for view, spec in row["views"].items() if spec["modality"] == "image" and "of" not in spec]
    for view, spec in row["views"].items():
        if "of" in spec:
            _known(f"{place}.views.{view}.of", [spec["of"]], images, "image view of this dataset")
            _known(f"{place}.views.{view}.detector", [spec["detector"]], config["detectors"], "detector")
    _known(f"{place}.prompts", [row.get("prompts", "default")], config["prompts"], "row of prompts")
    if row["source"]["kind"] == "tmdb":
        released = row["source"]["released"]
        if str(released["from"]) > str(released["to"]):
            raise UserError(
                f"config: {place}.source.released.from is {released['from']}, after .to {released['to']}; swap them"
            )


def _encoder(name: str, row: dict[str, Any], config: Config) -> None:
    if "text" not in row:
        return
    place, rows = f"encoders.{name}.text", config["encoders"]
    texts = [other for other, partner in rows.items() if partner["modality"] == "text"]
    if row["modality"] == "text":
        raise UserError(f"config: {place} stands at an encoder of texts; move it to the image encoder's row")
    _known(place, [row["text"]], texts, "text encoder")
    for key in ("kind", "model", "weights", "sha256", "width"):
        ours, theirs = row.get(key), rows[row["text"]].get(key)
        if ours != theirs:
            raise UserError(
                f"config: {place}: {row['text']!r} has {key} {theirs}, {name!r} has {ours}; "
                "name the text encoder of the same model and weights"
            )


def _protocol(name: str, row: dict[str, Any]) -> None:
    place = f"protocols.{name}"
    for key in ("grid", "threshold"):
        if key in row and "validation" not in row and (key == "grid" or row[key] == "validation"):
            raise UserError(
                f"config: {place}.{key} is chosen on validation samples, of which there are none; "
                "add validation: {share: 0.1, seed: 0}"
            )


def _prompted(config: Config) -> None:
    for name in config["study"]["protocols"]:
        wanted = config["protocols"][name].get("prompts")
        for dataset in config["study"]["datasets"] if wanted else ():
            valid = config["prompts"][config["datasets"][dataset].get("prompts", "default")]["templates"]
            _known(f"protocols.{name}.prompts", [wanted], valid, f"template set of dataset {dataset!r}")


def crosscheck(config: Config) -> Study:
    """Return the study of a config that fits its schemas; `UserError` where its rows contradict each other."""
    study = study_from_config(config)
    for name, row in config["datasets"].items():
        dataset = study.datasets[name]
        _dataset(name, row, config)
        check_masked_views(study, dataset)
        check_source(name, row)
        check_splits(name, row)
        check_subset(dataset, study, "split" in row or "splits" in row)
        check_leakage(dataset)
    for name, row in config["encoders"].items():
        _encoder(name, row, config)
    for name, row in config["protocols"].items():
        _protocol(name, row)
    _study(config)
    _controls(config)
    _differences(config)
    _prompted(config)
    check_claims(config)
    audit_grid.check(study)
    return study
