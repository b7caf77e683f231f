"""Write small datasets with planted signal in the workflow's file formats."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from humancentric.core import schemas, tables

PAPER = {
    "head": {"hidden": 256},
    "features": "raw",
    "optimiser": {"kind": "adam", "learning_rate": 1e-3, "weight_decay": 5e-4, "batch": 64, "epochs": 20},
    "threshold": 0.5,
}


def protocol(**optimiser) -> dict:
    hidden = optimiser.pop("hidden", 256)
    features = optimiser.pop("features", "raw")
    return {
        **PAPER, "head": {"hidden": hidden}, "features": features,
        "optimiser": {**PAPER["optimiser"], **optimiser},
    }  # fmt: skip


def write_samples(path: Path, ids, splits, labels) -> Path:
    columns = {
        "id": pa.array(ids, pa.string()),
        "split": pa.array(splits, pa.string()),
        "labels": pa.array(labels, pa.list_(pa.string())),
        "release_date": pa.nulls(len(ids), pa.date32()),
    }
    tables.write(path, pa.table(columns), schemas.SAMPLES)
    return path


def write_embeddings(path: Path, ids, vectors: np.ndarray, **source) -> Path:
    width = vectors.shape[1]
    flat = pa.array(np.asarray(vectors, np.float32).reshape(-1))
    columns = {
        "id": pa.array(ids, pa.string()),
        "embedding": pa.FixedSizeListArray.from_arrays(flat, width),
    }
    tables.write(path, pa.table(columns), schemas.embeddings(width), source)
    return path


def planted(
    folder: Path, signals: dict[str, float], *, multi: bool, seed: int = 0, n: int = 240, offset: int = 0
):
    """Write samples and embeddings of `n` samples; `signals` maps features to the strength of their signal."""
    names = ["Comedy", "Drama", "War", "Western"]
    rng = np.random.default_rng(seed)
    ids = [f"s{offset + number}" for number in rng.permutation(n)]
    main = rng.integers(len(names), size=n)
    truth = np.eye(len(names), dtype=bool)[main]
    if multi:
        truth |= rng.random(truth.shape) < 0.2
    splits = np.where(rng.random(n) < 0.3, "test", "train")
    labels = [[name for name, has in zip(names, row, strict=True) if has] for row in truth]
    write_samples(folder / "samples.parquet", ids, splits.tolist(), labels)
    for name, signal in signals.items():
        directions = np.random.default_rng(len(name)).normal(size=(len(names), 16))
        vectors = signal * (truth @ directions) + rng.normal(size=(n, 16))
        for split in ("train", "test"):
            rows = np.flatnonzero(splits == split)
            path = folder / "embeddings" / name / f"{split}.parquet"
            write_embeddings(path, [ids[i] for i in rows], vectors[rows], encoder=name.split(".")[1])
    return folder
