"""Draw one dataset's gallery: maps of all embeddings, nearest neighbours, and the most confident errors."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from humancentric.core.hashing import TEST, TRAIN
from humancentric.dataset import labels
from humancentric.embedding import dataset_embedding, feature_vectors, neighbour_sheets
from humancentric.embedding.feature_vectors import l2_normalize
from humancentric.embedding.neighbour_sheets import Content, Match
from humancentric.evaluation import prediction_files
from humancentric.report import gallery_drawings as drawings
from humancentric.report.gallery_drawings import Mistake
from humancentric.report.panels import class_names, styled, titled

Paths = Mapping[str, str | Path]


@dataclass(frozen=True)
class Sizes:
    """Sizes of a gallery: samples and iterations of a map, query samples, neighbours, errors."""

    mapped: int = 2000
    iterations: int = 500
    looked_up: int = 3
    nearest: int = 5
    mistakes: int = 6
    seed: int = 0


@dataclass(frozen=True)
class Material:
    """Inputs of a gallery. Features combine one view and one encoder; `names` are their display names."""

    title: str
    task: str
    samples: str | Path
    embeddings: Mapping[str, Paths]  # by features and split
    predictions: Paths  # by features
    images: Sequence[str | Path]  # shards
    texts: Mapping[str, str]  # column of the samples by text view
    names: Mapping[str, str]
    publish: bool  # whether images and texts may be published

    def modality(self, name: str) -> str:
        """Return the modality of features: image or text."""
        return "text" if name.split(".")[0] in self.texts else "image"

    def pictures(self, wanted: Sequence[str]) -> dict[str, Content]:
        """Return the images of the ids `wanted`; empty if they may not be shown."""
        return neighbour_sheets.pictures(self.images, sorted(set(wanted))) if self.publish else {}

    def words(self, view: str | None, wanted: Sequence[str]) -> dict[str, str]:
        """Return the texts of the ids `wanted`; empty if there are none or they may not be shown."""
        if not self.publish or view is None:
            return {}
        column, chosen = self.texts[view], set(wanted)
        rows = dataset_embedding.read_samples(self.samples, column)
        pairs = zip(rows["id"].to_pylist(), rows[column].to_pylist(), strict=True)
        return {sample: text or "" for sample, text in pairs if sample in chosen}


@dataclass(frozen=True)
class Gallery:
    """The drawings of a dataset's gallery, and the numbers behind them, ready for JSON."""

    map: Figure
    neighbours: Image.Image
    errors: Image.Image
    facts: dict[str, Any]


def make(material: Material, sizes: Sizes) -> Gallery:
    """Return the gallery of a dataset's test split.

    There are maps of all embeddings; neighbours and errors are shown for the best features of each modality.
    """
    samples = labels.read(material.samples)[TEST]
    given = {
        name: prediction_files.read_predictions(path, samples, material.task)
        for name, path in material.predictions.items()
    }
    scores = {name: float(answer.scores().mean()) for name, answer in given.items() if answer}
    chosen = best(material, scores)
    found = {name: drawings.surest(answer, sizes.mistakes) for name in chosen if (answer := given.get(name))}
    points_of, own = placed(material, samples, sizes)
    near = {name: looked_up(material.embeddings[name], name, sizes) for name in chosen}
    facts = {
        "publish": material.publish,
        "sizes": asdict(sizes),
        "mapped": {name: len(points) for name, points in points_of.items()},
        "scores": {name: round(value, 6) for name, value in scores.items()},
        "neighbours": {
            name: {
                query: [[match.id, round(match.cosine, 6)] for match in row] for query, row in rows.items()
            }
            for name, rows in near.items()
        },
        "mistakes": {name: [asdict(mistake) for mistake in row] for name, row in found.items()},
    }
    with styled():
        figure = drawings.draw_maps(points_of, own, material.names)
        titled(figure, f"{material.title}: test samples by embedding")
    return Gallery(figure, neighbour_sheet(material, near), error_sheet(material, found), facts)


def best(material: Material, scores: Mapping[str, float]) -> list[str]:
    """Return the best-scoring features of each modality, or the first ones if none has a score."""
    groups: dict[str, list[str]] = {}
    for name in material.embeddings:
        groups.setdefault(material.modality(name), []).append(name)
    return [max(names, key=lambda name: scores.get(name, -1.0)) for names in groups.values()]


def placed(
    material: Material, samples: labels.Samples, sizes: Sizes
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Return map coordinates (n, 2) by features of the same random (seeded) samples, and their colour labels (n)."""
    labels_of = dict(zip(samples.ids, samples.labels, strict=True))
    first = next(iter(material.embeddings.values()))
    ids = [name for name in feature_vectors.ids_in(first[TEST]) if name in labels_of]
    rows = np.sort(np.random.default_rng(sizes.seed).permutation(len(ids))[: sizes.mapped])
    chosen = [ids[row] for row in rows]
    points_of = {}
    for name, paths in material.embeddings.items():
        vectors = feature_vectors.load(str(paths[TEST]), [name], ids, rows)[0]
        points_of[name] = drawings.coordinates(l2_normalize(vectors), sizes.seed, sizes.iterations)
    classes = sorted({label for own in samples.labels for label in own})
    shown = dict(zip(classes, class_names(classes), strict=True)) | {drawings.OTHER: drawings.OTHER}
    return points_of, [shown[name] for name in drawings.groups([labels_of[name] for name in chosen])]


def looked_up(paths: Paths, name: str, sizes: Sizes) -> dict[str, list[Match]]:
    """Return the nearest training samples of a few randomly chosen (seeded) test samples."""
    given = (sizes.looked_up, sizes.nearest, sizes.seed)
    return neighbour_sheets.matches(paths[TEST], paths[TRAIN], name, *given)


def neighbour_sheet(material: Material, near: Mapping[str, Mapping[str, Sequence[Match]]]) -> Image.Image:
    """Return the sheets of all features, stacked vertically; ids replace content that may not be published."""
    sheets = []
    for name, rows in near.items():
        wanted = [*rows, *(match.id for row in rows.values() for match in row)]
        found: Mapping[str, Content]
        if material.modality(name) == "text":
            found = material.words(name.split(".")[0], wanted)
        else:
            found = material.pictures(wanted)
        contents = {sample: found.get(sample, sample) for sample in wanted}
        title = f"{material.names[name]}: a test sample (framed) and its nearest training samples by cosine"
        sheets.append(neighbour_sheets.sheet(rows, contents, title))
    return neighbour_sheets.stacked(sheets)


def error_sheet(material: Material, found: Mapping[str, Sequence[Mistake]]) -> Image.Image:
    """Return the sheet of the most confident errors, with only ids and labels if content may not be published."""
    wanted = [mistake.id for row in found.values() for mistake in row]
    views = [name.split(".")[0] for name in found if material.modality(name) == "text"]
    view = next(iter([*views, *material.texts]), None)
    named = {material.names[name]: row for name, row in found.items()}
    title = f"{material.title}: most confident errors"
    return drawings.sheet(named, material.pictures(wanted), material.words(view, wanted), title)
