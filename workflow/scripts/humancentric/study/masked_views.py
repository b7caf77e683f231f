"""Find the detector of each masked view, and the view whose boxes it reuses."""

from typing import Any

from humancentric.core.errors import UserError, nearest
from humancentric.core.weights import PACKAGE
from humancentric.study.study import Dataset, Row, Study

UNUSED = ("url",)  # keys of a detector's row that no masked pixel depends on


def reads_boxes(row: Row) -> bool:
    """Return whether a detector's row reads known boxes instead of pictures.

    The boxes are those of another masked view, named in `of`, or those of a table, whose file is in `path`.
    """
    return "of" in row or "path" in row


def source_view(study: Study, dataset: str, view: str) -> str | None:
    """Return the masked view whose boxes a masked view reuses; None if its detector does not read another view's."""
    return _detector(study, dataset, view).get("of")


def detector_row(study: Study, dataset: str, view: str) -> dict[str, Any]:
    """Return the row of a masked view's detector, without the keys that no pixel depends on.

    A view that reuses the boxes of another one also uses its ``white_text``, unless its own row sets it.
    """
    row = {key: value for key, value in _detector(study, dataset, view).items() if key not in UNUSED}
    source = source_view(study, dataset, view)
    if source is not None and "white_text" not in row:
        row["white_text"] = detector_row(study, dataset, source).get("white_text")
    return row


def downloadable_detectors(study: Study) -> dict[str, dict[str, Any]]:
    """Return ``{detector: {weights, sha256, url}}`` of the study's detectors whose weights are in no package."""
    rows = {name: study.detectors[name] for name in study.detector_names}
    return {
        name: {key: row[key] for key in ("weights", "sha256", "url") if key in row}
        for name, row in rows.items()
        if not row.get("weights", PACKAGE).startswith(PACKAGE)
    }


def check_masked_views(study: Study, dataset: Dataset) -> None:
    """Raise `UserError` if a masked view reuses boxes that do not exist; its names must be valid already."""
    for view in dataset.masked_views:
        chain = [view]
        while (source := source_view(study, dataset.name, chain[-1])) is not None:
            config_path = f"config: datasets.{dataset.name}.views.{chain[-1]}"
            if source in chain:
                names = " from ".join(repr(name) for name in [*chain, source])
                raise UserError(
                    f"{config_path}: boxes of {names}; give one of them a detector that looks at pictures"
                )
            _check_source(config_path, dataset, chain[-1], source)
            chain.append(source)
        _check_thresholds(study, dataset, chain)


def _check_source(config_path: str, dataset: Dataset, view: str, source: str) -> None:
    masked = dataset.masked_views
    row = masked[view]
    if source not in masked:
        raise UserError(
            f"{config_path}: detectors.{row.detector}.of is {source!r}, which is not a masked view of this dataset"
            f"{nearest(source, masked)}"
        )
    found = masked[source].of
    if found != row.of:
        raise UserError(f"{config_path}: made of {row.of!r}, its boxes are of {found!r}; use of: {found}")


def _check_thresholds(study: Study, dataset: Dataset, chain: list[str]) -> None:
    """Raise `UserError` if a view of the chain keeps boxes that the view it reuses has dropped."""
    masked, floor, holder = dataset.masked_views, 0.0, ""
    for view in reversed(chain):
        detector = masked[view].detector
        confidence = study.detectors[detector].get("confidence")
        if confidence is None:
            continue
        if confidence < floor:
            raise UserError(
                f"config: detectors.{detector}.confidence is {confidence}, but view {holder!r} of "
                f"datasets.{dataset.name} keeps no box below {floor}; raise it, or lower "
                f"detectors.{masked[holder].detector}.confidence"
            )
        floor, holder = confidence, view


def _detector(study: Study, dataset: str, view: str) -> Row:
    return study.detectors[study.datasets[dataset].masked_views[view].detector]
