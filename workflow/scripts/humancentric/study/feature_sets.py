"""Which features a study judges on a dataset: ``view.encoder``, alone or joined by ``+``, experiment by experiment."""

from itertools import product

from humancentric.study.catalogue import Config, views
from humancentric.study.selection import controls, fewshot_only


def _single(config: Config, dataset: str, modality: str, encoders: list[str]) -> list[str]:
    return [f"{view}.{name}" for view, name in product(views(config, dataset, modality), encoders)]


def image_features(config: Config, dataset: str) -> list[str]:
    """Return ``view.encoder`` of every image view and image encoder of the study."""
    return _single(config, dataset, "image", config["study"]["image_encoders"])


def text_features(config: Config, dataset: str) -> list[str]:
    """Return ``view.encoder`` of every text view and text encoder of the study."""
    return _single(config, dataset, "text", config["study"]["text_encoders"])


def chance_features(config: Config, dataset: str) -> list[str]:
    """Return ``view.encoder`` of the encoders without knowledge, which are only ever scored alone.

    Only on views that are not made from another view: what masking takes away means nothing to them.
    """
    rows = config["datasets"][dataset]["views"]
    return [
        f"{view}.{name}"
        for name in config["study"].get("chance", [])
        for view in views(config, dataset, config["encoders"][name]["modality"])
        if "of" not in rows[view]
    ]


def transfer_features(config: Config, dataset: str) -> list[str]:
    """Return the features of every probe on a dataset: each modality alone, every pair, and chance."""
    images, texts = image_features(config, dataset), text_features(config, dataset)
    pairs = [f"{image}+{text}" for image, text in product(images, texts)]
    return [*images, *texts, *pairs, *chance_features(config, dataset)]


def fewshot_features(config: Config, dataset: str) -> list[str]:
    """Return the features of every few-shot cell: images only, as in the paper's Figure 3."""
    chance = [
        name
        for name in chance_features(config, dataset)
        if name.split(".")[0] in views(config, dataset, "image")
    ]
    return [*image_features(config, dataset), *chance]


def zeroshot_features(config: Config, dataset: str) -> list[str]:
    """Return the features of every zero-shot cell: pictures as they are, by the encoders that the study names."""
    chosen = config["study"].get("zeroshot", [])
    rows = config["datasets"][dataset]["views"]
    return [
        name for name in _single(config, dataset, "image", chosen) if "of" not in rows[name.split(".")[0]]
    ]


def control_features(config: Config, control: str) -> list[str]:
    """Return the features of the parent dataset that a control dataset can be scored with."""
    known = set(config["datasets"][control]["views"])
    parent = controls(config)[control]
    return [
        features
        for features in transfer_features(config, parent)
        if all(part.split(".")[0] in known for part in features.split("+"))
    ]


def probed_features(config: Config, dataset: str, protocol: str) -> list[str]:
    """Return the features that a protocol probes: all, or where it has prompts those alone that share a text space."""
    features = transfer_features(config, dataset)
    if "prompts" not in config["protocols"][protocol]:
        return features
    rows = config["encoders"]
    return [name for name in features if "+" not in name and "text" in rows[name.split(".")[1]]]


def parts(config: Config, dataset: str) -> list[str]:
    """Return every ``view.encoder`` of a dataset (or control) that the study embeds, each once."""
    if dataset in controls(config):
        cells = control_features(config, dataset)
    else:
        cells = [*fewshot_features(config, dataset), *zeroshot_features(config, dataset)]
        cells += [] if dataset in fewshot_only(config) else transfer_features(config, dataset)
    return list(dict.fromkeys(part for features in cells for part in features.split("+")))
