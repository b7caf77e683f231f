"""Derive what a report shows of a study: its datasets, views, encoders, cells and their display names."""

from dataclasses import dataclass

from humancentric.study import feature_sets
from humancentric.study.feature_sets import split_features, transfer_features, zeroshot_features
from humancentric.study.study import REGRESSION, Study

HEADLINE = {"single-label": "accuracy", "multi-label": "f1_samples", REGRESSION: "spearman"}
NONE = "None"  # the word the paper prints where a modality is absent


def label(study: Study, section: str, name: str) -> str:
    """Return the display name of a row (`section`: encoders, datasets, views, baselines), else a readable `name`."""
    names = study.labels.get(section, {})
    readable = name if section in ("encoders", "datasets") else name.replace("-", " ").capitalize()
    return str(names.get(name, readable))


def headline(study: Study, dataset: str) -> str:
    """Return the metric a dataset is judged by: accuracy, samples F1 for several labels, Spearman's for numbers."""
    return HEADLINE[study.datasets[dataset].task]


def derived_views(study: Study, dataset: str) -> dict[str, str]:
    """Return ``{view: the view it is made of}`` for the views made from another one, e.g. masked from standard."""
    return {name: view.of for name, view in study.datasets[dataset].masked_views.items()}


def singles(study: Study, dataset: str, modality: str) -> list[str]:
    """Return the features of one view and one encoder that the study probes on a dataset."""
    found = feature_sets.image_features if modality == "image" else feature_sets.text_features
    return found(study, dataset)


def name_of(study: Study, features: str) -> str:
    """Return the display name of features, e.g. ``CLIP (Standard) + CLIP-T (Title)``."""
    parts = split_features(features)
    return " + ".join(f"{label(study, 'encoders', e)} ({label(study, 'views', v)})" for v, e in parts)


def controls(study: Study) -> list[tuple[str, str]]:
    """Return ``(dataset, control dataset)`` pairs: the second is scored with the heads of the first."""
    return [(parent, control) for control, parent in study.controls.items()]


def fewshot_datasets(study: Study) -> list[str]:
    """Return the datasets with a few-shot experiment: those with shots and a picture."""
    names = study.fewshot_datasets
    return [name for name in names if study.shots_of(name) and singles(study, name, "image")]


def zeroshot_datasets(study: Study) -> list[str]:
    """Return the datasets with a zero-shot experiment."""
    return [name for name in study.fewshot_datasets if zeroshot_features(study, name)]


def text_datasets(study: Study) -> list[str]:
    """Return the datasets whose texts are embedded, controls included."""
    names = [*study.trained, *study.controls]
    return [name for name in names if singles(study, name, "text")]


def masked_datasets(study: Study) -> list[str]:
    """Return the datasets with an image view made from another one."""
    return [name for name in study.trained if study.image_encoders and study.datasets[name].masked_views]


@dataclass(frozen=True)
class Subset:
    """Samples of a dataset chosen by a list: as a dataset with heads of its own, as a control of the whole, or both."""

    inside: str | None
    scored: str | None

    @property
    def name(self) -> str:
        """Return the dataset with heads of its own, or the control where there is none."""
        return self.inside or self.scored or ""


def subsets(study: Study) -> list[Subset]:
    """Return the subsets of a study, grouped by their lists of ids."""
    trained = set(study.trained)
    found: dict[tuple[str, str], dict[bool, str]] = {}
    for name in (*study.trained, *study.controls):
        row = study.datasets[name]
        if row.is_subset:
            source = row.source
            found.setdefault((source["of"], source["ids"]), {})[name in trained] = name
    return [Subset(names.get(True), names.get(False)) for names in found.values()]


KINDS = {"image": "Pictures", "text": "Text", "both": "Both"}


def plain_views(study: Study, dataset: str, modality: str) -> list[str]:
    """Return a dataset's views of one modality that are not made from another one."""
    derived = derived_views(study, dataset)
    return [view for view in study.datasets[dataset].views_of(modality) if view not in derived]


def of_kind(study: Study, dataset: str, kind: str) -> list[str]:
    """Return the features of one of `KINDS` on a dataset, without those of views made from others."""
    derived = derived_views(study, dataset)
    if kind == "both":
        found = [features for features in transfer_features(study, dataset) if "+" in features]
    else:
        found = singles(study, dataset, kind)
    return [features for features in found if not derived.keys() & dict(split_features(features))]


def of_dataset(study: Study, dataset: str) -> list[str]:
    """Return the features of all kinds on a dataset."""
    return [features for kind in KINDS for features in of_kind(study, dataset, kind)]


def named(study: Study, dataset: str) -> dict[str, str]:
    """Return {features: display name} of every encoder alone on a dataset."""
    return {
        name: name_of(study, name) for kind in ("image", "text") for name in of_kind(study, dataset, kind)
    }
