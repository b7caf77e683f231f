"""Check encoders and embeddings: recompute stored vectors, count truncated texts, time the forward pass."""

import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.files import read_json
from humancentric.embedding import dataset_embedding, feature_vectors, text_embedding
from humancentric.embedding.embedding_writer import EmbeddingWriter
from humancentric.embedding.encoder import IMAGE, Encoder

LEAST = 5  # smallest number of vectors checked in a split, if it has as many
TOLERANCE = 1e-3  # relative; differences between machines are smaller
SIZE = (900, 600)  # height and width in pixels, those of a film poster
ROUNDS = 5
EXACT = "float32"  # the dtype that others are compared with
INCLUDES = (
    "resizing a decoded picture of 600 x 900 pixels and the forward pass; neither reading nor decoding a file"
)
Vectors = dict[str, np.ndarray]


def choose_ids(stored: Mapping[str, Path], row: Mapping[str, Any], share: float, seed: int) -> list[str]:
    """Return the ids to check, sorted: a seeded `share` of every split in `stored`, at least `LEAST` each.

    Raises `UserError` if a file was made with a row other than `row`.
    """
    chosen: list[str] = []
    for split in sorted(stored):
        check_row(stored[split], row)
        ids = feature_vectors.ids_in(stored[split])
        number = min(len(ids), max(LEAST, ceil(share * len(ids))))
        picked = np.random.default_rng([seed, *split.encode()]).choice(len(ids), number, replace=False)
        chosen += [ids[position] for position in picked]
    return sorted(chosen)


def recompute(
    encoder: Encoder, samples: pa.Table, chosen: Sequence[str], shards: Sequence[str], column: str | None
) -> Vectors:
    """Return ``{id: vector}`` of the `chosen` samples, from their pictures in `shards` or the text in `column`."""
    if column is not None:
        encoder = text_embedding.fitted(encoder, samples, column)
    some = samples.filter(pc.is_in(samples.column("id"), pa.array(chosen, pa.string())))
    with tempfile.TemporaryDirectory() as folder:
        writer = EmbeddingWriter(folder, encoder.width, None)
        if encoder.modality == IMAGE:
            dataset_embedding.embed_images(some, shards, encoder, writer)
        else:
            text_embedding.embed_texts(some, str(column), encoder, writer)
        return writer.by_id()


def check_row(path: str | Path, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata of the embedding file at `path`. Raises `UserError` if it was made with another row."""
    found = tables.read_metadata(path)
    made = found.get("row", {})
    differing = sorted(key for key in {*made, *row} if made.get(key) != row.get(key))
    if differing:
        key = differing[0]
        raise UserError(
            f"{path}: made with {key} {made.get(key)!r}, the row of encoder '{found.get('encoder')}' says "
            f"{row.get(key)!r}; remove the file and run again"
        )
    return found


def vectors_in(path: str | Path, wanted: Iterable[str]) -> dict[str, np.ndarray]:
    """Return ``{id: vector}`` of the `wanted` ids that the embedding file has, read row group by row group."""
    wanted, found = set(wanted), {}
    with tables.TableFile(path) as file:
        for batch in file.iter_batches():
            vectors = batch.column("embedding")
            for number, name in enumerate(batch.column("id").to_pylist()):
                if name in wanted:
                    found[name] = np.array(vectors[number].as_py(), np.float32)
    return found


def compare(stored: Mapping[str, Path], recomputed: Vectors) -> dict[str, dict[str, Any]]:
    """Return ``{split: {checked, of, largest}}``: vectors checked, vectors stored, largest relative difference."""
    found = {}
    for split, path in stored.items():
        vectors = vectors_in(path, recomputed)
        largest = max(
            (relative_difference(vector, recomputed[name]) for name, vector in vectors.items()), default=0.0
        )
        found[split] = {"checked": len(vectors), "of": len(feature_vectors.ids_in(path)), "largest": largest}
    return found


def relative_difference(stored: np.ndarray, computed: np.ndarray) -> float:
    """Return the norm of the difference, divided by the norm of `stored` unless that is zero."""
    length = float(np.linalg.norm(stored))
    return float(np.linalg.norm(stored - computed)) / (length or 1.0)


def cosines(stored: Mapping[str, Path], reference: Vectors) -> dict[str, dict[str, float]]:
    """Return ``{split: {cosine_least, cosine_mean}}`` between stored vectors and those of the same ids in `reference`.

    With a float32 reference it shows the loss of precision of another dtype. Two zero vectors have cosine 1.
    """
    found = {}
    for split, path in stored.items():
        values = [cosine(vector, reference[name]) for name, vector in vectors_in(path, reference).items()]
        found[split] = {
            "cosine_least": min(values, default=1.0),
            "cosine_mean": float(np.mean(values)) if values else 1.0,
        }
    return found


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    """Return the cosine of two vectors, computed in float64; 1 if both are zero, 0 if one is."""
    one, other = one.astype(np.float64), other.astype(np.float64)
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / lengths if lengths else float(not one.any() and not other.any())


def summarise(paths: Sequence[str | Path]) -> dict[str, Any]:
    """Return the largest difference overall, the names of embeddings beyond `TOLERANCE`, and all results."""
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


def truncation_counts(paths: Iterable[str | Path]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return ``{dataset: {view.encoder: {texts, truncated, empty, context}}}`` from the metadata of embedding files.

    A count that a file does not hold is None.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for path in map(Path, paths):
        dataset, _, features = path.parts[-4:-1]
        metadata = tables.read_metadata(path)
        counts = {key: metadata.get(key) for key in ("texts", "truncated", "empty", "context")}
        found.setdefault(dataset, {})[features] = counts
    return found


def time_per_picture(
    encoder: Encoder, pictures: int, threads: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, Any]:
    """Return the milliseconds per picture: the fastest of `ROUNDS` rounds over `pictures`, after a warm-up round.

    The fastest round counts, since other work on the machine can only slow a round down. Vectors are copied back from
    the device before the clock is read. The pictures are noise, because their content does not affect the time.
    """
    rng = np.random.default_rng(0)
    batch = [rng.integers(256, size=(*SIZE, 3), dtype=np.uint8) for _ in range(pictures)]
    prepare, forward = [], []
    for _ in range(ROUNDS + 1):
        begin = clock()
        prepared = [encoder.prepare(picture) for picture in batch]
        between = clock()
        encoder.embed_prepared(prepared)
        prepare.append(1000 * (between - begin) / pictures)
        forward.append(1000 * (clock() - between) / pictures)
    fastest = {"prepare": min(prepare[1:]), "forward": min(forward[1:])}
    return {
        "milliseconds": round(sum(fastest.values()), 4),
        **{name: round(milliseconds, 4) for name, milliseconds in fastest.items()},
        "device": encoder.description.get("device", "cpu"),
        "threads": threads,
        "batch": min(encoder.batch, pictures),
        "pictures": pictures,
        "rounds": ROUNDS,
        "includes": INCLUDES,
    }
