"""Verify stored embeddings by computing a seeded sample of them again, for instance on another machine."""

import tempfile
from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core.files import read_json
from humancentric.embedding import embedding_store, embedding_writer
from humancentric.embedding.encoder import IMAGE, Encoder

LEAST = 5  # vectors of a split, however small it is
TOLERANCE = 1e-3  # larger differences are not those between machines
Vectors = dict[str, np.ndarray]


def choose(stored: Mapping[str, Path], row: Mapping[str, Any], share: float, seed: int) -> list[str]:
    """Return the ids to check: of every split in `stored` a seeded `share`, at least a few, sorted.

    Raises `UserError` where a file was made with another row than `row`.
    """
    chosen: list[str] = []
    for split in sorted(stored):
        embedding_store.demand_row(stored[split], row)
        ids = embedding_store.ids_in(stored[split])
        number = min(len(ids), max(LEAST, ceil(share * len(ids))))
        picked = np.random.default_rng([seed, *split.encode()]).choice(len(ids), number, replace=False)
        chosen += [ids[place] for place in picked]
    return sorted(chosen)


def again(
    encoder: Encoder, samples: pa.Table, chosen: Sequence[str], shards: Sequence[str], column: str | None
) -> Vectors:
    """Return ``{id: vector}`` of the `chosen` samples, from their pictures in `shards` or the text in `column`."""
    if column is not None:
        encoder = embedding_writer.fitted(encoder, samples, column)
    some = samples.filter(pc.is_in(samples.column("id"), pa.array(chosen, pa.string())))
    with tempfile.TemporaryDirectory() as folder:
        pieces = embedding_store.EmbeddingWriter(folder, encoder.width, None)
        if encoder.modality == IMAGE:
            embedding_writer.embed_images(some, shards, encoder, pieces)
        else:
            embedding_writer.embed_texts(some, str(column), encoder, pieces)
        return pieces.by_id()


def compare(stored: Mapping[str, Path], again: Vectors) -> dict[str, dict[str, Any]]:
    """Return ``{split: {checked, of, largest}}``: vectors checked, vectors stored, largest relative difference."""
    found = {}
    for split, path in stored.items():
        vectors = embedding_store.vectors_in(path, again)
        largest = max((relative(vector, again[name]) for name, vector in vectors.items()), default=0.0)
        found[split] = {"checked": len(vectors), "of": len(embedding_store.ids_in(path)), "largest": largest}
    return found


def relative(stored: np.ndarray, computed: np.ndarray) -> float:
    """Return the length of the difference over the length of `stored`; of a zero vector, the difference's length."""
    length = float(np.linalg.norm(stored))
    return float(np.linalg.norm(stored - computed)) / (length or 1.0)


def gather(paths: Sequence[str | Path]) -> dict[str, Any]:
    """Return the largest difference of all, that of each embedding, and the names of those beyond `TOLERANCE`."""
    parts = {}
    for path in paths:
        part = read_json(path)
        parts[f"{Path(path).parents[1].name}/{part['view']}.{part['encoder']}"] = part["splits"]
    largest = {name: max(split["largest"] for split in splits.values()) for name, splits in parts.items()}
    return {
        "largest": max(largest.values(), default=0.0),
        "suspicious": sorted(name for name, value in largest.items() if value > TOLERANCE),
        "embeddings": parts,
    }
