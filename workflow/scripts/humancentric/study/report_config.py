"""Answer what a report asks of a study: its datasets, views, encoders, cells and the study in effect."""

from dataclasses import dataclass

from humancentric.study import feature_sets
from humancentric.study.feature_sets import split_features, transfer_features, zeroshot_features
from humancentric.study.study import Study

HEADLINE = {"single-label": "accuracy", "multi-label": "f1_samples"}
NONE = "None"  # the word the paper prints where a modality is absent


def label(study: Study, section: str, name: str) -> str:
    """Return the display name of a row (`section`: encoders, datasets, views, baselines), else a readable `name`."""
    names = study.labels.get(section, {})
    readable = name if section in ("encoders", "datasets") else name.replace("-", " ").capitalize()
    return str(names.get(name, readable))


def headline(study: Study, dataset: str) -> str:
    """Return the metric a dataset is judged by: accuracy for one label a sample, samples F1 for several."""
    return HEADLINE[study.datasets[dataset].task]


def derived_views(study: Study, dataset: str) -> dict[str, str]:
    """Return ``{view: the view it is made of}`` for the views made from another one, e.g. masked from standard."""
    return {name: view.of for name, view in study.datasets[dataset].masked_views.items()}


def encoders(study: Study, modality: str) -> list[str]:
    """Return the study's encoders of one modality, in its order."""
    return list(study.image_encoders if modality == "image" else study.text_encoders)


def family(study: Study, encoder: str) -> str:
    """Return what an encoder shares with the other tower of its model: the first image encoder that names the text's.

    Its own name where it has no other tower.
    """
    return study.encoders[encoder].family


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


def datasets(study: Study) -> list[str]:
    """Return the study's datasets in its order, without controls."""
    return list(study.trained)


def all_datasets(study: Study) -> list[str]:
    """Return the study's datasets, their controls, then those scored few-shot only."""
    return study.dataset_names


def fewshot_datasets(study: Study) -> list[str]:
    """Return the datasets with a few-shot experiment: those with shots and a picture."""
    names = study.fewshot_datasets
    return [name for name in names if study.shots_of(name) and singles(study, name, "image")]


def zeroshot_datasets(study: Study) -> list[str]:
    """Return the datasets with a zero-shot experiment."""
    return [name for name in study.fewshot_datasets if zeroshot_features(study, name)]


def text_datasets(study: Study) -> list[str]:
    """Return the datasets whose texts are embedded, controls included."""
    names = [*datasets(study), *(control for _, control in controls(study))]
    return [name for name in names if singles(study, name, "text")]


def claims(study: Study) -> list[str]:
    """Return the names of the claims that a study checks."""
    return list(study.claims)


def template_sets(study: Study, dataset: str) -> list[str]:
    """Return the names of the template sets that a dataset's class names are put into."""
    return list(study.datasets[dataset].templates)


def masked_datasets(study: Study) -> list[str]:
    """Return the datasets with an image view made from another one."""
    return [
        name for name in datasets(study) if encoders(study, "image") and study.datasets[name].masked_views
    ]


def protocol(study: Study) -> str:
    """Return the protocol whose cells fill the tables: the study's first."""
    return study.chosen_protocols[0]


def further_protocols(study: Study) -> list[str]:
    """Return the study's protocols but the first."""
    return list(study.chosen_protocols[1:])


def prompted(study: Study) -> dict[str, list[str]]:
    """Return ``{protocol that wants class names in words: encoders that share a space with a text encoder}``."""
    able = list(study.partners)
    return {name: able for name in study.chosen_protocols if study.protocols[name].prompted}


def probed(study: Study, features: str, protocol: str) -> bool:
    """Return whether a protocol probes these features: all, but with class names single encoders beside them."""
    able = prompted(study).get(protocol)
    return able is None or ("+" not in features and features.split(".")[1] in able)


@dataclass(frozen=True)
class Subset:
    """Samples of a dataset chosen by a list: as a dataset with heads of its own, as a control of the whole, or both."""

    inside: str | None
    scored: str | None


def subsets(study: Study) -> list[Subset]:
    """Return the subsets of a study, those of one list together."""
    trained = set(datasets(study))
    found: dict[tuple[str, str], dict[bool, str]] = {}
    for name in (*datasets(study), *(control for _, control in controls(study))):
        row = study.datasets[name]
        if row.is_subset:
            source = row.source
            found.setdefault((source["of"], source["ids"]), {})[name in trained] = name
    return [Subset(names.get(True), names.get(False)) for names in found.values()]


def seeds(study: Study) -> int:
    """Return how many runs a cell should have."""
    return study.seeds


def generated(study: Study, dataset: str) -> bool:
    """Return whether a dataset was drawn by the workflow itself rather than collected."""
    return study.datasets[dataset].generated


def published(study: Study, dataset: str) -> bool:
    """Return whether pictures and texts of single samples may be shown; else they are named by their ids."""
    return study.datasets[dataset].publish


def from_tmdb(study: Study, dataset: str) -> bool:
    """Return whether a dataset holds content of TMDB, whose terms ask for a notice."""
    return study.datasets[dataset].from_tmdb


KINDS = {"image": "Pictures", "text": "Text", "both": "Both"}


def plain_views(study: Study, dataset: str, modality: str) -> list[str]:
    """Return a dataset's views of one modality that are not made from another one."""
    derived = derived_views(study, dataset)
    return [view for view in study.datasets[dataset].views_of(modality) if view not in derived]


def of_kind(study: Study, dataset: str, kind: str) -> list[str]:
    """Return the features of one of `KINDS` on a dataset, those of views made from others left out."""
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
