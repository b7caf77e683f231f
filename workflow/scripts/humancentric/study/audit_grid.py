"""Which masked views and detectors the audit covers, from the config alone; light, since it runs while planning."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from humancentric.core.errors import UserError, nearest
from humancentric.study import catalogue, masked_views, selection
from humancentric.study.catalogue import Config

ORIGINAL, VIEW, DETECTOR = "original", "view", "detector"
VARIANTS = {False: "boxes", True: "white-text"}


class Subject(NamedTuple):
    """Pictures that OCR reads after masking: a masked view, or the view `of` masked by one detector."""

    name: str  # view.masked, detector.db.boxes, detector.db.white-text
    of: str  # the view that is masked
    detector: str
    white_text: bool  # whether small white text is inpainted, too

    @property
    def view(self) -> str | None:
        """Return the masked view, None for a detector on its own."""
        kind, name, *_ = self.name.split(".")
        return name if kind == VIEW else None


def _masked(config: Config, dataset: str) -> dict[str, dict[str, Any]]:
    return {name: row for name, row in config["datasets"][dataset]["views"].items() if "of" in row}


def datasets(config: Config) -> list[str]:
    """Return the audited datasets: those that the config names, else those of the study with a masked view."""
    if "datasets" in config["audit"]:
        return list(config["audit"]["datasets"])
    return [name for name in selection.datasets(config) if _masked(config, name)]


def detectors(config: Config) -> list[str]:
    """Return the audited detectors: those that the config names, else those of the audited datasets' views."""
    if "detectors" in config["audit"]:
        return list(config["audit"]["detectors"])
    views = (row for name in datasets(config) for row in _masked(config, name).values())
    names = dict.fromkeys(row["detector"] for row in views)
    return [name for name in names if not masked_views.reads_boxes(config["detectors"][name])]


def variants(config: Config, detector: str) -> list[bool]:
    """Return the audited variants of a detector: boxes alone (False) and, if its row has it, with white text (True)."""
    return [False, *([True] if config["detectors"][detector].get("white_text") else [])]


def unmasked(config: Config, dataset: str) -> str:
    """Return the view on which single detectors are audited: the dataset's first view of pictures with text."""
    rows = config["datasets"][dataset]["views"]
    return next(name for name in catalogue.views(config, dataset, "image") if "of" not in rows[name])


def detector_row(config: Config, detector: str, white_text: bool = True) -> dict[str, Any]:
    """Return the row by which a single detector masks, without ``white_text`` if that is false."""
    unused = masked_views.UNUSED if white_text else (*masked_views.UNUSED, "white_text")
    return {key: value for key, value in config["detectors"][detector].items() if key not in unused}


def subjects(config: Config, dataset: str) -> dict[str, Subject]:
    """Return the subjects of a dataset by name.

    These are its masked views, then every audited detector with and without white text, unless a view equals it.
    """
    found, seen = {}, set()
    for view, row in _masked(config, dataset).items():
        white = bool(masked_views.detector_row(config, dataset, view).get("white_text"))
        found[f"{VIEW}.{view}"] = Subject(f"{VIEW}.{view}", row["of"], row["detector"], white)
        seen.add((row["detector"], row["of"], white))
    of = unmasked(config, dataset)
    for detector in detectors(config):
        for white in variants(config, detector):
            if (detector, of, white) not in seen:
                name = f"{DETECTOR}.{detector}.{VARIANTS[white]}"
                found[name] = Subject(name, of, detector, white)
    return found


def everything(config: Config) -> Iterator[tuple[str, Subject]]:
    """Yield every (dataset, subject)."""
    for dataset in datasets(config):
        for subject in subjects(config, dataset).values():
            yield dataset, subject


def check(config: Config) -> None:
    """Raise `UserError` if the audit names a row that does not exist or cannot be audited."""
    for key, section in (("detectors", "detectors"), ("datasets", "datasets")):
        for name in config["audit"].get(key, []):
            if name not in config[section]:
                hint = nearest(name, config[section])
                raise UserError(f"config: audit.{key}: {name!r} is no {section.removesuffix('s')}{hint}")
    for name in config["audit"].get("detectors", []):
        if masked_views.reads_boxes(config["detectors"][name]):
            raise UserError(
                f"config: audit.detectors: {name!r} is told its boxes; take it out: the views that it makes "
                "are audited by themselves"
            )
    for name in config["audit"].get("datasets", []):
        if not catalogue.views(config, name, "image"):
            raise UserError(f"config: audit.datasets: {name!r} has no pictures; take it out")
    if config["study"].get("audit") and not (datasets(config) or detectors(config)):
        raise UserError(
            "config: study.audit: no dataset of the study has a masked view; name audit.datasets and "
            "audit.detectors, or take it out"
        )
