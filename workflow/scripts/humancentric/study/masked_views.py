"""Masked views: the row that decides each, and where the boxes come from that some take over from another view."""

from typing import Any

from humancentric.core.errors import UserError, nearest
from humancentric.core.weights import PACKAGE
from humancentric.study import selection
from humancentric.study.catalogue import Config

TAKING = ("stored", "random-boxes")  # kinds of detectors that read the boxes of another masked view, `of`
ASIDE = ("url",)  # keys of a row that change nothing that is masked


def masked_views(config: Config, dataset: str) -> list[str]:
    """Return the names of a dataset's masked views, in the order of its row."""
    rows = config["datasets"][dataset]["views"]
    return [name for name, row in rows.items() if "of" in row]


def taken_from(config: Config, dataset: str, view: str) -> str | None:
    """Return the masked view whose boxes a masked view takes over; None where its detector looks for itself."""
    row = _detector(config, dataset, view)
    return row["of"] if row["kind"] in TAKING else None


def detector_row(config: Config, dataset: str, view: str) -> dict[str, Any]:
    """Return what a masked view depends on: its detector's row.

    Where it takes over another view's boxes and says nothing of small white text, that view's ``white_text`` holds.
    """
    row = {key: value for key, value in _detector(config, dataset, view).items() if key not in ASIDE}
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
    """Raise `UserError` where a masked view takes over boxes that are not there; its names must be known already."""
    views = config["datasets"][dataset]["views"]
    for view in masked_views(config, dataset):
        place, name = f"config: datasets.{dataset}.views.{view}", views[view]["detector"]
        way = [view]
        while (source := taken_from(config, dataset, way[-1])) is not None:
            if source in way:
                chain = " from ".join(repr(step) for step in [*way, source])
                raise UserError(
                    f"{place}: boxes of {chain}; give one of them a detector that looks at pictures"
                )
            _check_source(place, name, views[view], source, config, dataset)
            way.append(source)
            name, place = views[source]["detector"], f"config: datasets.{dataset}.views.{source}"
        _check_thresholds(dataset, way, config)


def _check_source(
    place: str, name: str, row: dict[str, Any], source: str, config: Config, dataset: str
) -> None:
    known, views = masked_views(config, dataset), config["datasets"][dataset]["views"]
    if source not in known:
        raise UserError(
            f"{place}: detectors.{name}.of is {source!r}, which is no masked view of this dataset"
            f"{nearest(source, known)}"
        )
    if views[source]["of"] != row["of"]:
        raise UserError(
            f"{place}: made of {row['of']!r}, its boxes are of {views[source]['of']!r}; use of: {views[source]['of']}"
        )


def _check_thresholds(dataset: str, way: list[str], config: Config) -> None:
    """Raise `UserError` where a view of the chain `way` asks for boxes that the next one has not kept."""
    views, floor, holder = config["datasets"][dataset]["views"], 0.0, None
    for view in reversed(way):
        name = views[view]["detector"]
        asked = config["detectors"][name].get("confidence")
        if asked is None:
            continue
        if asked < floor:
            raise UserError(
                f"config: detectors.{name}.confidence is {asked}, but view {holder!r} of datasets.{dataset} keeps no "
                f"box below {floor}; raise it, or lower detectors.{views[holder]['detector']}.confidence"
            )
        floor, holder = asked, view


def _detector(config: Config, dataset: str, view: str) -> dict[str, Any]:
    return config["detectors"][config["datasets"][dataset]["views"][view]["detector"]]
