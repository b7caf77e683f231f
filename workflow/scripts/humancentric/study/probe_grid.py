"""The cells of a study: every probe that is trained, every one scored on a control, and the leads they compare."""

from collections.abc import Iterator
from itertools import product

from humancentric.study.catalogue import VALIDATION, Config, extra_splits
from humancentric.study.feature_sets import control_features, probed_features
from humancentric.study.selection import controls, transfer_folders


def cell_splits(config: Config, dataset: str, protocol: str) -> list[str]:
    """Return the splits that a probe reads; `validation` only where its protocol selects on it."""
    selects = "validation" in config["protocols"][protocol]
    extra = extra_splits(config, dataset)
    return ["train", "test", *(name for name in extra if selects or name != VALIDATION)]


def transfer_cells(config: Config) -> Iterator[tuple[str, str, str]]:
    """Yield (dataset, folder, features) of every probe that is trained."""
    for dataset in config["study"]["datasets"]:
        for folder, protocol in transfer_folders(config).items():
            for features in probed_features(config, dataset, protocol):
                yield dataset, folder, features


def control_cells(config: Config) -> Iterator[tuple[str, str, str]]:
    """Yield (control dataset, folder, features) of every probe that is scored on films its encoder cannot know."""
    for control, parent in controls(config).items():
        for folder, protocol in transfer_folders(config).items():
            probed = probed_features(config, parent, protocol)
            for features in (name for name in control_features(config, control) if name in probed):
                yield control, folder, features


def compared(config: Config, control: str) -> list[tuple[str, str]]:
    """Return (features of an encoder that knows language, features of one that does not) of a control's views.

    Both are scored alone, on the same view of the control and of its parent.
    """
    rows, found = config["encoders"], []
    chance = set(config["study"].get("chance", []))
    single = [name.split(".") for name in control_features(config, control) if "+" not in name]
    by_view: dict[str, list[str]] = {}
    for view, encoder in single:
        if encoder not in chance:
            by_view.setdefault(view, []).append(encoder)
    for view, names in by_view.items():
        both = [name for name in names if rows[name].get("multimodal")]
        found += [(f"{view}.{a}", f"{view}.{b}") for a, b in product(both, names) if b not in both]
    return found


def differing_controls(config: Config) -> list[str]:
    """Return the controls whose leads before and after are compared: none unless the study asks for it."""
    if "differences" not in config["study"]:
        return []
    chosen = config["study"]["differences"].get("controls", list(controls(config)))
    return [control for control in controls(config) if control in chosen and compared(config, control)]
