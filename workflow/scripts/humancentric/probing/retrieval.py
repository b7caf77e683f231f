"""Cross-modal retrieval: find the text of every picture, and the picture of every text, in the whole test split.

Two encoders that share a space are compared in it (`shared`). All pairs of encoders, these included, are also compared
after a linear map learnt on the training split (`map`): images are mapped to texts for image queries, texts to images
for text queries. Its penalty is the one with the highest mean reciprocal rank on validation samples.

The rank of a query is 1 plus the number of candidates that are not hits and at least as near as its nearest hit. Ties
therefore count against the encoder: constant embeddings get the worst rank, not the best. Products are in float64, so
that only candidates of equal vectors tie; they run on a card if there is one.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import torch

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError
from humancentric.core.hashing import TEST, TRAIN, VALIDATION, hash_order
from humancentric.core.logs import stage
from humancentric.dataset import labels, leakage, near_duplicates
from humancentric.embedding import feature_vectors
from humancentric.embedding.feature_vectors import l2_normalize
from humancentric.evaluation import ranks, sample_scores
from humancentric.evaluation.bootstrap import Population
from humancentric.probing import option_selection
from humancentric.probing.linear_map import PENALTIES, LinearMap

log = logging.getLogger("humancentric")

SHARED, MAP = "shared", "map"
DIRECTIONS = ("image-to-text", "text-to-image")  # from queries to candidates
# part of the training split that is held out if there is no validation split
HELD_OUT = {"validation": {"share": 0.1, "seed": 0}}
BLOCK = 512  # queries compared at once: with 18,717 candidates, their cosines take 77 MB
SLACK = 8 * np.finfo(np.float64).eps  # times the root of the width: rounding error of a dot product
MOST = 4096  # validation samples at most: more take time and select the same penalty
Sides = tuple[np.ndarray, np.ndarray]  # vectors of pictures and of texts, (n, width) each
Items = tuple[Sequence[str], Sequence[str], np.ndarray]  # ids, clusters and scores


def same_samples(
    samples_path: str | Path, ids: Sequence[str], column: str, ids_paths: Sequence[str | Path] = ()
) -> np.ndarray:
    """Return group numbers (n, int64) of samples with equal texts after normalisation, or equal pictures by sha256.

    `ids_paths` is the dataset's ``ids.parquet`` with the sha256, or nothing. Equality is transitive.
    """
    table = tables.read(samples_path, schemas.SAMPLES, ["id", column])
    texts = pl.Series("text", leakage.fingerprints(table[column].to_pylist()), pl.String)
    known = pl.DataFrame(table.select(["id"])).with_columns(texts)
    if ids_paths:
        pictures = pl.DataFrame(tables.read_many(ids_paths, schemas.IDS, ["id", "sha256"])).unique("id")
        known = known.join(pictures, on="id", how="left")
    samples = pl.DataFrame({"id": pl.Series(list(ids), dtype=pl.String)})
    found = near_duplicates.groups(samples.join(known, on="id", how="left"))
    group = dict(found.iter_rows())
    return np.unique([group[sample] for sample in ids], return_inverse=True)[1].astype(np.int64)


def rank_queries(queries: np.ndarray, candidates: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the rank (n, int64) of every query by the cosine between `queries` and `candidates`, both (n, width).

    Candidate j is a hit of query i if their `groups` (n, int) are equal; every query has a hit, its own candidate.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    points = torch.from_numpy(l2_normalize(candidates)).to(device, torch.float64)
    group = torch.from_numpy(groups).to(device)
    slack = SLACK * candidates.shape[1] ** 0.5
    found = np.empty(len(queries), np.int64)
    for begin in range(0, len(queries), BLOCK):
        block = slice(begin, begin + BLOCK)
        query = torch.from_numpy(l2_normalize(queries[block])).to(device, torch.float64)
        cosines, hits = query @ points.T, group[block, None] == group
        nearest = cosines.masked_fill(~hits, -torch.inf).amax(dim=1, keepdim=True)
        found[block] = 1 + ((cosines >= nearest - slack) & ~hits).sum(dim=1).cpu().numpy()
    return found


def of_both(sides: Sides, groups: np.ndarray, learnt: LinearMap | None, penalties: Sequence[float]) -> list:
    """Return the ranks (n) of both `DIRECTIONS`: in the shared space, or by a map with a penalty for each."""
    found = []
    for source, target in ((0, 1), (1, 0)):
        queries, candidates = sides[source], sides[target]
        if learnt is not None:
            queries = learnt.mapped(source, queries, penalties[source])
            candidates = learnt.centred(target, candidates)
        found.append(rank_queries(queries, candidates, groups))
    return found


def choose(learnt: LinearMap, sides: Sides) -> tuple[list[float], list[dict[str, float]]]:
    """Select each direction's penalty by the mean reciprocal rank on validation samples; also return all of these."""
    groups, candidates = np.arange(len(sides[0])), []
    for penalty in PENALTIES:
        found = of_both(sides, groups, learnt, [penalty] * 2)
        rows = {direction: float((1 / own).mean()) for direction, own in zip(DIRECTIONS, found, strict=True)}
        candidates.append({"penalty": penalty, **rows})
    best = [max(candidates, key=lambda row: row[direction])["penalty"] for direction in DIRECTIONS]
    return best, candidates


def intervals(
    of_methods: Mapping[str, list[np.ndarray]], clusters: Sequence[str], name: str, options: Mapping[str, Any]
) -> dict[tuple[str, str], dict[str, list[float]]]:
    """Return the 95 % bootstrap interval of every mean by method and direction, over clusters of queries."""
    scores = {
        (method, direction, measure): values[:, None]
        for method, both in of_methods.items()
        for direction, own in zip(DIRECTIONS, both, strict=True)
        for measure, values in ranks.item_scores(own).items()
    }
    population = Population(name, scores, clusters, **options)
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    for method, direction, measure in scores:
        ends = population.mean((method, direction, measure)).interval()
        pair = [float(np.clip(end, 0, 1)) for end in (ends.low, ends.high)]
        found.setdefault((method, direction), {})[measure] = pair
    return found


def score(
    samples_path: str | Path,
    embeddings: Mapping[str, Sequence[str | Path]],
    ids_paths: Sequence[str | Path] = (),
    *,
    dataset: str,
    features_name: str,
    column: str,
    shared: bool,
    cluster: str | None = None,
    options: Mapping[str, Any],
) -> tuple[dict[str, Any], pa.Table, Items]:
    """Return the metrics of one pair of encoders as JSON, the rank of every query, and the items of claims.

    The items are ids, clusters and scores (n, 1) of the test samples, or empty without a map. The score of a sample is
    the mean of the reciprocal ranks of its picture and of its text after the map.

    `embeddings` holds the files of pictures and texts by split, `column` the texts; `shared` says whether the encoders
    share a space, and `options` are those of the bootstrap. An empty test split gives no runs, a training split with
    fewer than 20 samples no map. Raises `UserError` if encoders that share a space have different weights.
    """
    names = [part.name for part in feature_vectors.parse(features_name)]
    splits = labels.read(samples_path)

    def sides(split: str, ids: Sequence[str]) -> Sides:
        matrix, parts = feature_vectors.load(embeddings[split], names, ids)
        weights = [part.source.get("weights") for part in parts]
        if shared and weights[0] != weights[1]:
            raise UserError(
                f"{embeddings[split][1]}: its weights are {weights[1]}, those of {embeddings[split][0]} {weights[0]}; "
                "name the text encoder of the same model in the image encoder's row"
            )
        return matrix[:, : parts[0].width], matrix[:, parts[0].width :]

    train, test = splits[TRAIN], splits[TEST]
    groups = same_samples(samples_path, test.ids, column, ids_paths)
    hits = np.bincount(groups)[groups]
    pictures, texts = sides(TEST, test.ids)
    of_methods: dict[str, list[np.ndarray]] = {}
    selected: dict[str, Any] = {}
    if shared and len(test):
        of_methods[SHARED] = of_both((pictures, texts), groups, None, ())
    if len(test) and len(train) >= 20:
        learnt, selected = _map(splits, sides)
        with stage(f"ranks of {len(test)} queries"):
            of_methods[MAP] = of_both((pictures, texts), groups, learnt, selected["penalties"])
    elif len(test):
        log.warning("%s: %d training samples: no linear map", samples_path, len(train))
    clusters = sample_scores.read_clusters(samples_path, test.ids, cluster, dataset)
    ends = intervals(of_methods, clusters, f"retrieval:{dataset}", options) if of_methods else {}
    runs = [
        {
            **{"protocol": f"{method}:{direction}", "split": TEST, **ranks.evaluate(own)},
            "intervals": ends[method, direction],
        }
        for method, both in of_methods.items()
        for direction, own in zip(DIRECTIONS, both, strict=True)
    ]
    scores = {
        "dataset": dataset,
        "features": features_name,
        "metric": "mrr",
        "runs": runs,
        "chance": ranks.chance(hits) if len(test) else None,
        "samples": {TRAIN: len(train), TEST: len(test), "with_twins": int((hits > 1).sum())},
        **selected,
    }
    items: Items = ((), (), np.empty((0, 1)))
    if MAP in of_methods:
        items = test.ids, clusters, np.mean([1 / own for own in of_methods[MAP]], axis=0)[:, None]
    return scores, _table(test.ids, hits, of_methods), items


def _map(
    splits: Mapping[str, labels.Samples], sides: Callable[[str, Sequence[str]], Sides]
) -> tuple[LinearMap, dict[str, Any]]:
    """Return the map learnt on all training samples, with the penalties selected on validation samples."""
    train, own = splits[TRAIN], splits.get(VALIDATION, labels.Samples([], []))
    held = (
        np.zeros(len(train), bool) if len(own) else option_selection.held_out(train, labels.MULTI, HELD_OUT)
    )
    train, rest = option_selection.split_by(train, held), int((~held).sum())
    tried = own.ids if len(own) else train.ids[rest:]
    few = set(hash_order(tried, 0)[:MOST])
    chosen = np.flatnonzero([sample in few for sample in tried])
    whole = sides(TRAIN, train.ids)
    pictures, texts = sides(VALIDATION, own.ids) if len(own) else (side[rest:] for side in whole)
    with stage(f"linear map of {len(train)} samples, penalty on {len(chosen)}"):
        learnt = LinearMap(whole)
        fitted = learnt if len(own) else LinearMap([side[:rest] for side in whole])
        penalties, candidates = choose(fitted, (pictures[chosen], texts[chosen]))
    about = {"split": VALIDATION if len(own) else TRAIN, "samples": len(chosen), "candidates": candidates}
    return learnt, {"penalties": penalties, "validation": about}


def _table(ids: Sequence[str], hits: np.ndarray, of_methods: Mapping[str, list[np.ndarray]]) -> pa.Table:
    """Return the RANKS table: a row per method and sample, with the ranks of its picture and its text as queries."""
    columns: dict[str, list] = {name: [] for name in schemas.RANKS.columns}
    for method, both in of_methods.items():
        rows = (ids, [method] * len(ids), hits.tolist(), *(own.tolist() for own in both))
        for column, values in zip(columns.values(), rows, strict=True):
            column += values
    return schemas.RANKS.table(columns)
