"""The cells that a study asks for, from the config alone; everything here is light, since it runs while planning."""

from collections.abc import Iterator
from itertools import product
from typing import Any

Config = dict[str, Any]

NAME = "[a-z0-9-]+"  # dataset, view, encoder, ...: the same pattern constrains wildcards and config keys
VALIDATION = "validation"  # the split that a `split` row may make beside train and test
BESIDE = ("multimodal", "text")  # keys of an encoder's row that change none of its vectors
MIN_SIDE = 64  # pixels: below it a picture of a poster or a tweet is a placeholder
GENERATED = "results/generated/"  # data the workflow draws itself


def views(config: Config, dataset: str, modality: str) -> list[str]:
    """Return the names of a dataset's views of one modality, in the order of its row."""
    rows = config["datasets"][dataset]["views"]
    return [name for name, row in rows.items() if row["modality"] == modality]


def text_columns(config: Config, dataset: str) -> dict[str, str]:
    """Return ``{text view: column that holds it}`` of a dataset."""
    rows = config["datasets"][dataset]["views"]
    return {name: rows[name].get("column", name) for name in views(config, dataset, "text")}


def extra_splits(config: Config, dataset: str) -> list[str]:
    """Return the names of a dataset's splits beside train and test: made by its `split` row, or found in its data."""
    row = config["datasets"][dataset]
    if (source := row.get("source", {})).get("kind") == "subset":
        return extra_splits(config, source["of"])
    made = [VALIDATION] if "validation" in row.get("split", {}) else []
    return [*made, *(name for name in row.get("splits", []) if name not in made)]


def encoders(config: Config) -> list[str]:
    """Return every encoder of the study, those of chance and of zero-shot included, each once."""
    study, pairs = config["study"], partners(config)
    names = [*study["image_encoders"], *study["text_encoders"], *study.get("chance", [])]
    for name in study.get("zeroshot", []):
        names += [name, pairs[name]]
    return list(dict.fromkeys(names))


def encoder_row(config: Config, encoder: str) -> dict[str, Any]:
    """Return what an encoder's vectors depend on: its row without the keys that only say what it is."""
    return {key: value for key, value in config["encoders"][encoder].items() if key not in BESIDE}


def prompts(config: Config, dataset: str) -> dict[str, Any]:
    """Return the row of prompts that a dataset's class names are put into."""
    return config["prompts"][config["datasets"][dataset].get("prompts", "default")]


def partners(config: Config) -> dict[str, str]:
    """Return ``{image encoder: text encoder that shares its space}``."""
    return {name: row["text"] for name, row in config["encoders"].items() if "text" in row}


def controls(config: Config) -> dict[str, str]:
    """Return ``{control dataset: dataset whose heads score it}`` for the datasets of the study."""
    chosen = config["study"]["datasets"]
    rows = config["study"].get("controls", {})
    return {control: parent for parent in chosen for control in rows.get(parent, [])}


def fewshot_only(config: Config) -> list[str]:
    """Return the datasets that are scored few-shot and by no probe, such as the standard sets of the paper."""
    return list(config["study"].get("fewshot_only", []))


def fewshot_datasets(config: Config) -> list[str]:
    """Return every dataset with a few-shot experiment: those trained on, then those scored few-shot only."""
    return [*config["study"]["datasets"], *fewshot_only(config)]


def datasets(config: Config) -> list[str]:
    """Return every dataset the study touches: those it trains on, their controls, those scored few-shot only."""
    return [*config["study"]["datasets"], *controls(config), *fewshot_only(config)]


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


def parts(config: Config, dataset: str) -> list[str]:
    """Return every ``view.encoder`` of a dataset (or control) that the study embeds, each once."""
    if dataset in controls(config):
        cells = control_features(config, dataset)
    else:
        cells = [*fewshot_features(config, dataset), *zeroshot_features(config, dataset)]
        cells += [] if dataset in fewshot_only(config) else transfer_features(config, dataset)
    return list(dict.fromkeys(part for features in cells for part in features.split("+")))


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


def differences(config: Config) -> dict[str, Any]:
    """Return how leads before and after are estimated: the options that the study gives."""
    given = config["study"].get("differences", {})
    return {key: value for key, value in given.items() if key != "controls"}


def transfer_folders(config: Config) -> dict[str, str]:
    """Return ``{folder of results: protocol}``: the first protocol fills ``transfer``, others ``transfer.<name>``."""
    first, *others = config["study"]["protocols"]
    return {"transfer": first, **{f"transfer.{name}": name for name in others}}


def shots(config: Config, dataset: str) -> list[int]:
    """Return the numbers of prototypes per class at which a dataset's few-shot curve is drawn."""
    rows = config["study"]["shots"]
    return rows.get(dataset, rows["default"])


def probed_features(config: Config, dataset: str, protocol: str) -> list[str]:
    """Return the features that a protocol probes: all, or where it has prompts those alone that share a text space."""
    features = transfer_features(config, dataset)
    if "prompts" not in config["protocols"][protocol]:
        return features
    rows = config["encoders"]
    return [name for name in features if "+" not in name and "text" in rows[name.split(".")[1]]]


def cell_splits(config: Config, dataset: str, protocol: str) -> list[str]:
    """Return the splits that a probe reads; `validation` only where its protocol selects on it."""
    selects = "validation" in config["protocols"][protocol]
    extra = extra_splits(config, dataset)
    return ["train", "test", *(name for name in extra if selects or name != VALIDATION)]


def distance(config: Config) -> str:
    """Return how near two samples are in few-shot: by `cosine`, or `euclidean` between vectors as they are."""
    return config["study"].get("fewshot", {}).get("distance", "cosine")


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
