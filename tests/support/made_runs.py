"""Result folders with a single cell, for the tests of comparisons between runs."""

import json
import struct
from pathlib import Path

import numpy as np
import pyarrow as pa

from humancentric.core import schemas, tables
from humancentric.core.files import write_json
from humancentric.evaluation import prediction_files

CLASSES = ("cat", "dog")
SEEDS = 3


def write_heads(path: Path, learning_rate: float, torch: str) -> None:
    """Write a file of heads that has a header but no tensors."""
    source = {"encoder": "clip", "versions": {"torch": torch}, "weights": {"sha256": "ab"}, "samples": 4}
    about = {
        "classes": CLASSES,
        "dataset": "pets",
        "protocol_name": "paper",
        "protocol": {"optimiser": {"learning_rate": learning_rate}},
        "inputs": [["standard.clip", 8, source]],
    }
    text = json.dumps({"__metadata__": {"humancentric": json.dumps(about)}}).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text)


def write_run(
    folder: Path,
    right: np.ndarray,
    *,
    features: str = "standard.clip",
    learning_rate: float = 1e-3,
    torch: str = "2.0",
    ids: list[str] | None = None,
    more: tuple[dict, ...] = (),
) -> Path:
    """Write the results of one cell; `right` (n, SEEDS) is 1 where a prediction is correct, else 0."""
    ids = ids or [f"s{index:03}" for index in range(len(right))]
    cell = folder / "pets" / "transfer" / features
    truth = [CLASSES[index % 2] for index in range(len(ids))]
    samples = {"id": ids, "split": ["test"] * len(ids), "labels": [[name] for name in truth]}
    samples["release_date"] = [None] * len(ids)
    tables.write(folder / "pets" / "samples.parquet", schemas.SAMPLES.table(samples), schemas.SAMPLES)
    is_dog = np.array([name == "dog" for name in truth])[:, None] == right.astype(bool)
    predicted = {seed: np.stack([~is_dog[:, seed], is_dog[:, seed]], axis=1) for seed in range(SEEDS)}
    predicted = {seed: block.astype(np.float32) for seed, block in predicted.items()}
    about = {"dataset": "pets", "features": features, "protocol": "paper", "threshold": 0.5}
    predictions = prediction_files.predictions(ids, ["test"] * len(ids), predicted, 2)
    prediction_files.write_predictions(cell / "predictions.parquet", predictions, CLASSES, about)
    write_heads(cell / "heads.safetensors", learning_rate, torch)
    write_json(folder / "pets" / "card.json", {"task": "single-label", "ids_sha256": str(hash(tuple(ids)))})
    common = {"dataset": "pets", "task": "transfer", "features": features, "split": "test"}
    common |= {"protocol": "paper", "shots": None}
    rows = [
        {**common, "seed": seed, "metric": "accuracy", "value": float(right[:, seed].mean())}
        for seed in range(SEEDS)
    ]
    rows += [{**common, "seed": seed, "metric": "nll", "value": 0.5 + seed / 10} for seed in range(SEEDS)]
    rows.append({**common, "seed": None, "metric": "milliseconds", "value": float(len(str(folder)))})
    table = pa.Table.from_pylist([*rows, *more], schema=pa.schema(list(schemas.SCORES.columns.items())))
    tables.write(folder / "scores.parquet", table, schemas.SCORES)
    return folder


def answers(share: float, size: int = 200, seed: int = 0) -> np.ndarray:
    """Return random correctness (size, SEEDS) with a mean of about `share`."""
    return (np.random.default_rng(seed).random((size, SEEDS)) < share).astype(float)
