"""Masked views: the detector's row behind each, and views that take over the boxes of another view."""

from typing import Any

from humancentric.core.errors import UserError, nearest
from humancentric.core.weights import PACKAGE
from humancentric.study.study import NO_EFFECT_ON_MASKS, Dataset, Row, Study

# Kinds of detectors that read the boxes of another masked view, `of`
DERIVED_KINDS = ("stored", "random-boxes")


def source_view(study: Study, dataset: str, view: str) -> str | None:
    """Return the masked view whose boxes a masked view takes over; None where its detector looks at pictures."""
    row = _detector(study, dataset, view)
    return row["of"] if row["kind"] in DERIVED_KINDS else None


def detector_row(study: Study, dataset: str, view: str) -> dict[str, Any]:
    """Return what a masked view depends on: its detector's row.

    A view that takes over another view's boxes also takes over its ``white_text``, unless its row sets one.
    """
    row = {
        key: value for key, value in _detector(study, dataset, view).items() if key not in NO_EFFECT_ON_MASKS
    }
    source = source_view(study, dataset, view)
    if source is not None and "white_text" not in row:
        row["white_text"] = detector_row(study, dataset, source).get("white_text")
    return row


def downloadable_detectors(study: Study) -> dict[str, dict[str, Any]]:
    """Return ``{detector: {weights, sha256, url}}`` of the study's detectors whose weights come in no package."""
    rows = {name: study.detectors[name] for name in study.detector_names}
    return {
        name: {key: row[key] for key in ("weights", "sha256", "url") if key in row}
        for name, row in rows.items()
        if not row.get("weights", PACKAGE).startswith(PACKAGE)
    }


def check_masked_views(study: Study, dataset: Dataset) -> None:
    """Raise `UserError` where a masked view takes over boxes that are not there; its names must be known already."""
    for view, row in dataset.masked_views.items():
        config_path, detector = f"config: datasets.{dataset.name}.views.{view}", row.detector
        chain = [view]
        while (source := source_view(study, dataset.name, chain[-1])) is not None:
            if source in chain:
                names = " from ".join(repr(step) for step in [*chain, source])
                raise UserError(
                    f"{config_path}: boxes of {names}; give one of them a detector that looks at pictures"
                )
            _check_source(config_path, detector, row.of, source, dataset)
            chain.append(source)
            detector = dataset.views[source].detector
            config_path = f"config: datasets.{dataset.name}.views.{source}"
        _check_thresholds(study, dataset, chain)


def _check_source(config_path: str, detector: str, of: str, source: str, dataset: Dataset) -> None:
    masked = dataset.masked_views
    if source not in masked:
        raise UserError(
            f"{config_path}: detectors.{detector}.of is {source!r}, which is no masked view of this dataset"
            f"{nearest(source, masked)}"
        )
    found = masked[source].of
    if found != of:
        raise UserError(f"{config_path}: made of {of!r}, its boxes are of {found!r}; use of: {found}")


def _check_thresholds(study: Study, dataset: Dataset, chain: list[str]) -> None:
    """Raise `UserError` where a view of the chain asks for boxes that the next one has not kept."""
    floor, holder = 0.0, None
    for view in reversed(chain):
        detector = dataset.views[view].detector
        confidence = study.detectors[detector].get("confidence")
        if confidence is None:
            continue
        if confidence < floor:
            raise UserError(
                f"config: detectors.{detector}.confidence is {confidence}, but view {holder!r} of "
                f"datasets.{dataset.name} keeps no box below {floor}; raise it, or lower "
                f"detectors.{dataset.views[holder].detector}.confidence"
            )
        floor, holder = confidence, view


def _detector(study: Study, dataset: str, view: str) -> Row:
    return study.detectors[study.datasets[dataset].views[view].detector]
