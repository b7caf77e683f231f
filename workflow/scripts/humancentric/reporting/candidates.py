"""Which features a figure of one dataset can show, by kind; imports nothing heavy."""

from humancentric.config.combinations import transfer_features
from humancentric.reporting import study
from humancentric.reporting.study import Config

KINDS = {"image": "Pictures", "text": "Text", "both": "Both"}


def plain_views(config: Config, dataset: str, modality: str) -> list[str]:
    """Return a dataset's views of one modality that are not made from another one."""
    derived = study.derived_views(config, dataset)
    return [view for view in study.views(config, dataset, modality) if view not in derived]


def of_kind(config: Config, dataset: str, kind: str) -> list[str]:
    """Return the features of one of `KINDS` on a dataset, those of views made from others left out."""
    derived = study.derived_views(config, dataset)
    if kind == "both":
        found = [features for features in transfer_features(config, dataset) if "+" in features]
    else:
        found = study.singles(config, dataset, kind)
    return [features for features in found if not derived.keys() & dict(study.split_features(features))]


def of_dataset(config: Config, dataset: str) -> list[str]:
    """Return the features of all kinds on a dataset."""
    return [features for kind in KINDS for features in of_kind(config, dataset, kind)]


def named(config: Config, dataset: str) -> dict[str, str]:
    """Return {features: display name} of every encoder alone on a dataset."""
    return {
        name: study.name_of(config, name)
        for kind in ("image", "text")
        for name in of_kind(config, dataset, kind)
    }
