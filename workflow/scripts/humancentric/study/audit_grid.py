"""List the masked views and detectors that the audit covers, from the config alone, while planning."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from humancentric.core.errors import UserError, require_known
from humancentric.study import masked_views
from humancentric.study.study import Study

ORIGINAL, VIEW, DETECTOR = "original", "view", "detector"
VARIANTS = {False: "boxes", True: "white-text"}


class Subject(NamedTuple):
    """Pictures that OCR reads after masking: a masked view, or the view `of` masked by one detector."""

    name: str  # view.masked, detector.db.boxes, detector.db.white-text
    of: str  # the view that is masked
    detector: str
    white_text: bool  # whether small white text is inpainted as well

    @property
    def view(self) -> str | None:
        """Return the masked view, None for a detector on its own."""
        kind, name, *_ = self.name.split(".")
        return name if kind == VIEW else None


def datasets(study: Study) -> list[str]:
    """Return the audited datasets: those that the config names, else those of the study with a masked view."""
    if "datasets" in study.audit:
        return list(study.audit["datasets"])
    return [name for name in study.dataset_names if study.datasets[name].masked_views]


def detectors(study: Study) -> list[str]:
    """Return the audited detectors: those that the config names, else those of the audited datasets' views."""
    if "detectors" in study.audit:
        return list(study.audit["detectors"])
    views = (view for name in datasets(study) for view in study.datasets[name].masked_views.values())
    names = dict.fromkeys(view.detector for view in views)
    return [name for name in names if not masked_views.reads_boxes(study.detectors[name])]


def variants(study: Study, detector: str) -> list[bool]:
    """Return the audited variants of a detector: boxes alone (False) and, if its row has it, with white text (True)."""
    return [False, *([True] if study.detectors[detector].get("white_text") else [])]


def unmasked(study: Study, dataset: str) -> str:
    """Return the view on which single detectors are audited: the dataset's first view of pictures with text."""
    row = study.datasets[dataset]
    return next(name for name in row.views_of("image") if name not in row.masked_views)


def detector_row(study: Study, detector: str, white_text: bool = True) -> dict[str, Any]:
    """Return the row with which a single detector masks pictures, without ``white_text`` if that is false."""
    unused = masked_views.UNUSED if white_text else (*masked_views.UNUSED, "white_text")
    return {key: value for key, value in study.detectors[detector].items() if key not in unused}


def subjects(study: Study, dataset: str) -> dict[str, Subject]:
    """Return the subjects of a dataset by name.

    These are its masked views, then every audited detector with and without white text, unless a view equals it.
    """
    found, seen = {}, set()
    for view, row in study.datasets[dataset].masked_views.items():
        white = bool(masked_views.detector_row(study, dataset, view).get("white_text"))
        found[f"{VIEW}.{view}"] = Subject(f"{VIEW}.{view}", row.of, row.detector, white)
        seen.add((row.detector, row.of, white))
    of = unmasked(study, dataset)
    for detector in detectors(study):
        for white in variants(study, detector):
            if (detector, of, white) not in seen:
                name = f"{DETECTOR}.{detector}.{VARIANTS[white]}"
                found[name] = Subject(name, of, detector, white)
    return found


def all_subjects(study: Study) -> Iterator[tuple[str, Subject]]:
    """Yield every (dataset, subject)."""
    for dataset in datasets(study):
        for subject in subjects(study, dataset).values():
            yield dataset, subject


def check(study: Study) -> None:
    """Raise `UserError` if the audit names a row that does not exist or cannot be audited."""
    for key, rows in (("detectors", study.detectors), ("datasets", study.datasets)):
        require_known(f"config: audit.{key}", study.audit.get(key, []), rows, key.removesuffix("s"))
    for name in study.audit.get("detectors", []):
        if masked_views.reads_boxes(study.detectors[name]):
            raise UserError(
                f"config: audit.detectors: {name!r} reads boxes instead of pictures; take it out: its views "
                "are audited by themselves"
            )
    for name in study.audit.get("datasets", []):
        if not study.datasets[name].views_of("image"):
            raise UserError(f"config: audit.datasets: {name!r} has no pictures; take it out")
    if study.audited and not (datasets(study) or detectors(study)):
        raise UserError(
            "config: study.audit: no dataset of the study has a masked view; name audit.datasets and "
            "audit.detectors, or take it out"
        )
