"""List the feature sets of each experiment of a study: ``view.encoder``, alone or joined by ``+``.

A cell is one combination of dataset, folder of results (its protocol) and features.
"""

from collections.abc import Iterable, Iterator
from itertools import product

from humancentric.study.study import VALIDATION, Study

BETWEEN = "~"  # separates two features whose scores are subtracted: standard.clip~standard.rn50


def split_features(features: str) -> list[tuple[str, str]]:
    """Return the ``(view, encoder)`` parts of features such as ``standard.clip+title.clip-t``."""
    parts = (part.partition(".") for part in features.split("+"))
    return [(view, encoder) for view, _, encoder in parts]


def _products(study: Study, dataset: str, modality: str, encoders: tuple[str, ...]) -> list[str]:
    views = study.datasets[dataset].views_of(modality)
    return [f"{view}.{encoder}" for view, encoder in product(views, encoders)]


def image_features(study: Study, dataset: str) -> list[str]:
    """Return ``view.encoder`` of every image view and image encoder of the study."""
    return _products(study, dataset, "image", study.image_encoders)


def text_features(study: Study, dataset: str) -> list[str]:
    """Return ``view.encoder`` of every text view and text encoder of the study."""
    return _products(study, dataset, "text", study.text_encoders)


def pair_features(study: Study, dataset: str) -> list[str]:
    """Return every image feature joined with every text feature."""
    pairs = product(image_features(study, dataset), text_features(study, dataset))
    return [f"{image}+{text}" for image, text in pairs]


def chance_features(study: Study, dataset: str) -> list[str]:
    """Return ``view.encoder`` of the chance encoders (without knowledge), which are only scored alone.

    Masked views are left out, since masking removes nothing that these encoders could use.
    """
    row = study.datasets[dataset]
    return [
        f"{view}.{name}"
        for name in study.chance
        for view in row.views_of(study.encoders[name].modality)
        if view not in row.masked_views
    ]


def transfer_features(study: Study, dataset: str) -> list[str]:
    """Return the features of every probe on a dataset: each modality alone, every pair, and chance."""
    single = [*image_features(study, dataset), *text_features(study, dataset)]
    return [*single, *pair_features(study, dataset), *chance_features(study, dataset)]


def fewshot_features(study: Study, dataset: str) -> list[str]:
    """Return the features of every few-shot cell: images only, as in the paper's Figure 3; none without labels."""
    if study.datasets[dataset].is_rated:
        return []
    images = study.datasets[dataset].views_of("image")
    chance = [name for name in chance_features(study, dataset) if name.split(".")[0] in images]
    return [*image_features(study, dataset), *chance]


def zeroshot_features(study: Study, dataset: str) -> list[str]:
    """Return the features of every zero-shot cell: unmasked pictures by the encoders that the study names."""
    if study.datasets[dataset].is_rated:
        return []
    masked = study.datasets[dataset].masked_views
    names = _products(study, dataset, "image", study.zeroshot)
    return [name for name in names if name.split(".")[0] not in masked]


def ood_features(study: Study, comparison: str) -> list[str]:
    """Return ``view.encoder`` of every single encoder that detects the unknown samples of a comparison."""
    row = study.ood[comparison]
    singles = (image_features, text_features, chance_features)
    names = [name for single in singles for name in single(study, row["known"])]
    return [name for name in names if name.split(".")[0] in row["views"]]


def cluster_features(study: Study, dataset: str) -> list[str]:
    """Return ``view.encoder`` of every single encoder whose embedding of a dataset is clustered."""
    if dataset in study.fewshot_only:
        return fewshot_features(study, dataset)
    singles = (image_features, text_features, chance_features)
    return [name for single in singles for name in single(study, dataset)]


def item_cells(study: Study) -> list[tuple[str, str, str]]:
    """Return (task, comparison or dataset, features) of every cell of `ood`, `clusters` and `retrieval`."""
    clustered = study.fewshot_datasets if study.clusters else []
    return [
        *(("ood", name, cell) for name in study.ood for cell in ood_features(study, name)),
        *(("clusters", name, cell) for name in clustered for cell in cluster_features(study, name)),
        *(("retrieval", name, cell) for name in study.retrieval for cell in retrieval_features(study, name)),
    ]


def item_files(study: Study, cells: Iterable[tuple[str, str, str]], name: str) -> list[str]:
    """Return one file per (task, comparison or dataset, features) of `item_cells`."""
    folders = {
        "ood": lambda of: f"{study.ood[of]['known']}/ood/{of}",
        "clusters": lambda of: f"{of}/clusters",
        "retrieval": lambda of: f"{of}/retrieval",
    }
    return [f"results/{folders[task](of)}/{features}.{name}" for task, of, features in cells]


def retrieval_features(study: Study, dataset: str) -> list[str]:
    """Return the image and text features of every retrieval cell, in the pairs of views that the study names."""
    pairs = study.retrieval.get(dataset, ())
    return [name for name in pair_features(study, dataset) if views_of(name) in pairs]


def views_of(features: str) -> str:
    """Return the views of features, e.g. ``standard+plot`` of ``standard.clip+plot.clip-t``."""
    return "+".join(view for view, _ in split_features(features))


def shares_space(study: Study, features: str) -> bool:
    """Return whether features are those of an image encoder and of the text encoder in its space."""
    (_, image), (_, text) = split_features(features)
    return study.partners.get(image) == text


def control_features(study: Study, control: str) -> list[str]:
    """Return the features of the parent dataset that a control dataset can be scored with."""
    names = transfer_features(study, study.controls[control])
    return [name for name in names if _in_views(study, control, name)]


def _in_views(study: Study, dataset: str, features: str) -> bool:
    return all(view in study.datasets[dataset].views for view, _ in split_features(features))


def probed_features(study: Study, dataset: str, protocol: str) -> list[str]:
    """Return the features that a protocol probes.

    With prompts these are only single encoders that share a text space; with auxiliary encoders each of them joined
    with every other encoder of that list, on the same view, but never with chance encoders. Kinds of probes that
    predict labels have no features on regression datasets, and vice versa.
    """
    row = study.protocols[protocol]
    names = transfer_features(study, dataset) if row.serves(study.datasets[dataset]) else []
    if not row.prompted:
        return names
    found = [name for name in names if "+" not in name and name.split(".")[1] in study.partners]
    if not row.auxiliary:
        return found
    parts = [(name, *name.split(".")) for name in found if name.split(".")[1] in study.image_encoders]
    return [f"{name}+{view}.{other}" for name, view, own in parts for other in row.auxiliary if other != own]


def main_features(study: Study, dataset: str) -> list[str]:
    """Return the features of a dataset or control that the first protocol probes or scores."""
    if dataset in study.controls:
        probed = set(main_features(study, study.controls[dataset]))
        return [name for name in control_features(study, dataset) if name in probed]
    return probed_features(study, dataset, study.chosen_protocols[0])


def embedded_parts(study: Study, dataset: str) -> list[str]:
    """Return every ``view.encoder`` of a dataset (or control) that the study embeds, each once."""
    if dataset in study.controls:
        names = control_features(study, dataset)
    else:
        names = [*fewshot_features(study, dataset), *zeroshot_features(study, dataset)]
        names += [] if dataset in study.fewshot_only else transfer_features(study, dataset)
    return list(dict.fromkeys(part for features in names for part in features.split("+")))


def cell_splits(study: Study, dataset: str, protocol: str) -> list[str]:
    """Return the splits that a probe reads; `validation` only where its protocol selects on it."""
    selects = study.protocols[protocol].selects
    extra = study.datasets[dataset].extra_splits
    return ["train", "test", *(name for name in extra if selects or name != VALIDATION)]


def transfer_cells(study: Study) -> Iterator[tuple[str, str, str]]:
    """Yield (dataset, folder, features) of every probe that is trained."""
    for dataset in study.trained:
        for folder, protocol in study.transfer_folders.items():
            for features in probed_features(study, dataset, protocol):
                yield dataset, folder, features


def control_cells(study: Study) -> Iterator[tuple[str, str, str]]:
    """Yield (control dataset, folder, features) of every trained probe that is scored on a control dataset."""
    for control, parent in study.controls.items():
        for folder, protocol in study.transfer_folders.items():
            for features in probed_features(study, parent, protocol):
                if _in_views(study, control, features):
                    yield control, folder, features


def compared_pairs(study: Study, control: str) -> list[tuple[str, str]]:
    """Return pairs of features on a control's views: of a multimodal encoder, and of one that is not.

    Both are scored alone by the first protocol, on the same view of the control and of its parent.
    """
    found = []
    by_view: dict[str, list[str]] = {}
    for features in main_features(study, control):
        [(view, encoder), *others] = split_features(features)
        if not others and encoder not in study.chance:
            by_view.setdefault(view, []).append(encoder)
    for view, names in by_view.items():
        both = [name for name in names if study.encoders[name].multimodal]
        found += [(f"{view}.{a}", f"{view}.{b}") for a, b in product(both, names) if b not in both]
    return found


def differing_controls(study: Study) -> list[str]:
    """Return the controls for the difference in differences of leads; none unless the study requests it."""
    if study.differences is None:
        return []
    chosen = study.differences.get("controls", list(study.controls))
    return [
        control
        for control in study.controls
        if control in chosen and not study.datasets[control].is_rated and compared_pairs(study, control)
    ]


def main_singles(study: Study, dataset: str) -> list[str]:
    """Return the features of one encoder and one unmasked view that the first protocol probes or scores.

    Encoders of `chance` are left out.
    """
    masked = study.datasets[dataset].masked_views
    names = (name for name in main_features(study, dataset) if "+" not in name)
    parts = {name: split_features(name)[0] for name in names}
    return [
        name for name, (view, encoder) in parts.items() if view not in masked and encoder not in study.chance
    ]


def twin_spaces(study: Study, dataset: str) -> list[str]:
    """Return the features whose spaces are searched for twins: of unmasked pictures, and of texts that make twins."""
    row = study.datasets[dataset]
    views = [*row.views_of("image"), *row.leakage["texts"]]
    return [name for name in main_singles(study, dataset) if split_features(name)[0][0] in views]


def contaminable(study: Study) -> list[str]:
    """Return the datasets whose encoders are searched for contamination: none unless the study requests it."""
    return [] if study.contamination is None else study.classified


def dated_controls(study: Study, dataset: str) -> list[str]:
    """Return the controls of a dataset that are compared by date: those that the study names, else all but subsets."""
    options = study.contamination or {}
    controls = [name for name, parent in study.controls.items() if parent == dataset]
    controls = [name for name in controls if not study.datasets[name].is_rated]
    chosen = options.get("controls", [name for name in controls if not study.datasets[name].is_subset])
    return [name for name in controls if name in chosen] if study.contamination is not None else []
