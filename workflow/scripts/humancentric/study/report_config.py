"""Answer what a report asks of a study: its datasets, views, encoders, cells and the config in effect."""

from dataclasses import dataclass

from humancentric.study import catalogue, feature_sets, provenance
from humancentric.study import selection as planned
from humancentric.study.catalogue import GENERATED, Config, prompts, views
from humancentric.study.feature_sets import chance_features, transfer_features, zeroshot_features
from humancentric.study.probe_grid import differing_controls
from humancentric.study.selection import fewshot_only, shots

__all__ = [
    "GENERATED",
    "Config",
    "chance_features",
    "differing_controls",
    "fewshot_only",
    "shots",
    "views",
    "zeroshot_features",
]  # the package reads them from here

HEADLINE = {"single-label": "accuracy", "multi-label": "f1_samples"}
NONE = "None"  # the word the paper prints where a modality is absent


def label(config: Config, section: str, name: str) -> str:
    """Return the display name of a row (`section`: encoders, datasets, views, baselines), else a readable `name`."""
    names = config.get("labels", {}).get(section, {})
    readable = name if section in ("encoders", "datasets") else name.replace("-", " ").capitalize()
    return str(names.get(name, readable))


def headline(config: Config, dataset: str) -> str:
    """Return the metric a dataset is judged by: accuracy for one label a sample, samples F1 for several."""
    return HEADLINE[config["datasets"][dataset]["task"]]


def derived_views(config: Config, dataset: str) -> dict[str, str]:
    """Return ``{view: the view it is made of}`` for the views made from another one, e.g. masked from standard."""
    rows = config["datasets"][dataset]["views"]
    return {name: row["of"] for name, row in rows.items() if "of" in row}


def encoders(config: Config, modality: str) -> list[str]:
    """Return the study's encoders of one modality, in its order."""
    return list(config["study"].get(f"{modality}_encoders") or [])


def family(config: Config, encoder: str) -> str:
    """Return what an encoder shares with the other tower of its model: the first image encoder that names the text's.

    Its own name where it has no other tower.
    """
    rows = config["encoders"]
    if "family" in rows[encoder]:
        return str(rows[encoder]["family"])
    return next((name for name, row in rows.items() if row.get("text") == encoder), encoder)


def singles(config: Config, dataset: str, modality: str) -> list[str]:
    """Return the features of one view and one encoder that the study probes on a dataset."""
    found = feature_sets.image_features if modality == "image" else feature_sets.text_features
    return found(config, dataset)


def split_features(features: str) -> list[tuple[str, str]]:
    """Return the ``(view, encoder)`` parts of features such as ``standard.clip+title.clip-t``."""
    parts = (part.partition(".") for part in features.split("+"))
    return [(view, encoder) for view, _, encoder in parts]


def name_of(config: Config, features: str) -> str:
    """Return the display name of features, e.g. ``CLIP (Standard) + CLIP-T (Title)``."""
    parts = split_features(features)
    return " + ".join(f"{label(config, 'encoders', e)} ({label(config, 'views', v)})" for v, e in parts)


def controls(config: Config) -> list[tuple[str, str]]:
    """Return ``(dataset, control dataset)`` pairs: the second is scored with the heads of the first."""
    return [(parent, control) for control, parent in planned.controls(config).items()]


def datasets(config: Config) -> list[str]:
    """Return the study's datasets in its order, without controls."""
    return list(config["study"]["datasets"])


def all_datasets(config: Config) -> list[str]:
    """Return the study's datasets, their controls, then those scored few-shot only."""
    return planned.datasets(config)


def fewshot_datasets(config: Config) -> list[str]:
    """Return the datasets with a few-shot experiment: those with shots and a picture."""
    names = planned.fewshot_datasets(config)
    return [name for name in names if shots(config, name) and singles(config, name, "image")]


def zeroshot_datasets(config: Config) -> list[str]:
    """Return the datasets with a zero-shot experiment."""
    return [name for name in planned.fewshot_datasets(config) if zeroshot_features(config, name)]


def text_datasets(config: Config) -> list[str]:
    """Return the datasets whose texts are embedded, controls included."""
    names = [*datasets(config), *(control for _, control in controls(config))]
    return [name for name in names if singles(config, name, "text")]


def claims(config: Config) -> list[str]:
    """Return the names of the claims that a study checks."""
    asked = config["study"].get("claims", {})
    return list(asked.get("rows", config.get("claims", ())))


def template_sets(config: Config, dataset: str) -> list[str]:
    """Return the names of the template sets that a dataset's class names are put into."""
    row = config["datasets"][dataset]
    return list(row["templates"] if "templates" in row else prompts(config, dataset)["templates"])


def masked_datasets(config: Config) -> list[str]:
    """Return the datasets with an image view made from another one."""
    return [
        name
        for name in datasets(config)
        if encoders(config, "image") and set(derived_views(config, name)) & set(views(config, name, "image"))
    ]


def protocol(config: Config) -> str:
    """Return the protocol whose cells fill the tables: the study's first."""
    return config["study"]["protocols"][0]


def further_protocols(config: Config) -> list[str]:
    """Return the study's protocols but the first."""
    return list(config["study"]["protocols"][1:])


def prompted(config: Config) -> dict[str, list[str]]:
    """Return ``{protocol that wants class names in words: encoders that share a space with a text encoder}``."""
    if "prompted" in config:
        return config["prompted"]
    able = [name for name, row in config["encoders"].items() if "text" in row]
    return {name: able for name in config["study"]["protocols"] if "prompts" in config["protocols"][name]}


def probed(config: Config, features: str, protocol: str) -> bool:
    """Return whether a protocol probes these features: all, but with class names single encoders beside them."""
    able = prompted(config).get(protocol)
    return able is None or ("+" not in features and features.split(".")[1] in able)


@dataclass(frozen=True)
class Subset:
    """Samples of a dataset chosen by a list: as a dataset with heads of its own, as a control of the whole, or both."""

    inside: str | None
    scored: str | None


def subsets(config: Config) -> list[Subset]:
    """Return the subsets of a study, those of one list together."""
    trained = set(datasets(config))
    found: dict[tuple[str, str], dict[bool, str]] = {}
    for name in (*datasets(config), *(control for _, control in controls(config))):
        source = config["datasets"][name]["source"]
        if source["kind"] == "subset":
            found.setdefault((source["of"], source["ids"]), {})[name in trained] = name
    return [Subset(names.get(True), names.get(False)) for names in found.values()]


def seeds(config: Config) -> int:
    """Return how many runs a cell should have."""
    return int(config["study"]["seeds"])


def generated(config: Config, dataset: str) -> bool:
    """Return whether a dataset was drawn by the workflow itself rather than collected."""
    source = config["datasets"][dataset]["source"]
    if "generated" in source:
        return bool(source["generated"])
    return provenance.generated(config, dataset)


def published(config: Config, dataset: str) -> bool:
    """Return whether pictures and texts of single samples may be shown; else they are named by their ids."""
    row = config["datasets"][dataset]
    return bool(row["publish"]) if "generated" in row["source"] else provenance.publish(config, dataset)


def from_tmdb(config: Config, dataset: str) -> bool:
    """Return whether a dataset holds content of TMDB, whose terms ask for a notice."""
    source = config["datasets"][dataset]["source"]
    return bool(source["tmdb"]) if "tmdb" in source else provenance.from_tmdb(config, dataset)


KINDS = {"image": "Pictures", "text": "Text", "both": "Both"}


def plain_views(config: Config, dataset: str, modality: str) -> list[str]:
    """Return a dataset's views of one modality that are not made from another one."""
    derived = derived_views(config, dataset)
    return [view for view in catalogue.views(config, dataset, modality) if view not in derived]


def of_kind(config: Config, dataset: str, kind: str) -> list[str]:
    """Return the features of one of `KINDS` on a dataset, those of views made from others left out."""
    derived = derived_views(config, dataset)
    if kind == "both":
        found = [features for features in transfer_features(config, dataset) if "+" in features]
    else:
        found = singles(config, dataset, kind)
    return [features for features in found if not derived.keys() & dict(split_features(features))]


def of_dataset(config: Config, dataset: str) -> list[str]:
    """Return the features of all kinds on a dataset."""
    return [features for kind in KINDS for features in of_kind(config, dataset, kind)]


def named(config: Config, dataset: str) -> dict[str, str]:
    """Return {features: display name} of every encoder alone on a dataset."""
    return {
        name: name_of(config, name) for kind in ("image", "text") for name in of_kind(config, dataset, kind)
    }
