"""Masked views: which detector makes each, and which views reuse the boxes of another one."""

from collections.abc import Mapping
from typing import Any

from humancentric.core.errors import UserError, nearest
from humancentric.core.weights import PACKAGE
from humancentric.study import selection
from humancentric.study.catalogue import Config

UNUSED = ("url",)  # keys of a detector's row on which no masked pixel depends


def reads_boxes(row: Mapping[str, Any]) -> bool:
    """Return whether a detector's row reads known boxes instead of pictures.

    They are those of another masked view, named in `of`, or those of a table, whose file is in `path`.
    """
    return "of" in row or "path" in row


def masked_views(config: Config, dataset: str) -> list[str]:
    """Return the names of a dataset's masked views, in the order of its row."""
    rows = config["datasets"][dataset]["views"]
    return [name for name, row in rows.items() if "of" in row]


def taken_from(config: Config, dataset: str, view: str) -> str | None:
    """Return the masked view whose boxes a masked view reuses; None if its detector does not read another view's."""
    return _detector(config, dataset, view).get("of")


def detector_row(config: Config, dataset: str, view: str) -> dict[str, Any]:
    """Return the row of a masked view's detector, without keys on which no pixel depends.

    A view that reuses the boxes of another one also uses its ``white_text``, unless its own row sets it.
    """
    row = {key: value for key, value in _detector(config, dataset, view).items() if key not in UNUSED}
    source = taken_from(config, dataset, view)
    if source is not None and "white_text" not in row:
        row["white_text"] = detector_row(config, dataset, source).get("white_text")
    return row


def detectors(config: Config) -> list[str]:
    """Return the detectors of the study's masked views, each once."""
    rows = [config["datasets"][name]["views"] for name in selection.datasets(config)]
    return list(dict.fromkeys(row["detector"] for views in rows for row in views.values() if "of" in row))


def fetched_detectors(config: Config) -> dict[str, dict[str, Any]]:
    """Return ``{detector: {weights, sha256, url}}`` of the study's detectors whose weights come in no package."""
    rows = {name: config["detectors"][name] for name in detectors(config)}
    return {
        name: {key: row[key] for key in ("weights", "sha256", "url") if key in row}
        for name, row in rows.items()
        if not row.get("weights", PACKAGE).startswith(PACKAGE)
    }


def check_masked_views(dataset: str, config: Config) -> None:
    """Raise `UserError` if a masked view reuses boxes that do not exist; its names must be valid already."""
    views = config["datasets"][dataset]["views"]
    for view in masked_views(config, dataset):
        chain = [view]
        while (source := taken_from(config, dataset, chain[-1])) is not None:
            config_path = f"config: datasets.{dataset}.views.{chain[-1]}"
            if source in chain:
                names = " from ".join(repr(name) for name in [*chain, source])
                raise UserError(
                    f"{config_path}: boxes of {names}; give one of them a detector that looks at pictures"
                )
            _check_source(config_path, views[chain[-1]], source, config, dataset)
            chain.append(source)
        _check_thresholds(dataset, chain, config)


def _check_source(config_path: str, row: dict[str, Any], source: str, config: Config, dataset: str) -> None:
    known, views = masked_views(config, dataset), config["datasets"][dataset]["views"]
    if source not in known:
        raise UserError(
            f"{config_path}: detectors.{row['detector']}.of is {source!r}, which is no masked view of this dataset"
            f"{nearest(source, known)}"
        )
    if views[source]["of"] != row["of"]:
        raise UserError(
            f"{config_path}: made of {row['of']!r}, its boxes are of {views[source]['of']!r}; "
            f"use of: {views[source]['of']}"
        )


def _check_thresholds(dataset: str, chain: list[str], config: Config) -> None:
    """Raise `UserError` if a view of the `chain` needs boxes below the threshold of the view that it reads."""
    views, lowest, source = config["datasets"][dataset]["views"], 0.0, None
    for view in reversed(chain):
        name = views[view]["detector"]
        confidence = config["detectors"][name].get("confidence")
        if confidence is None:
            continue
        if confidence < lowest:
            raise UserError(
                f"config: detectors.{name}.confidence is {confidence}, but view {source!r} of datasets.{dataset} "
                f"keeps no box below {lowest}; raise it, or lower detectors.{views[source]['detector']}.confidence"
            )
        lowest, source = confidence, view


def _detector(config: Config, dataset: str, view: str) -> dict[str, Any]:
    return config["detectors"][config["datasets"][dataset]["views"][view]["detector"]]
