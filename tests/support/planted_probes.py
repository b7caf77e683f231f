"""Embeddings with planted signal for one dataset, and a study with many specifications of the probe."""

from pathlib import Path

import numpy as np

import claim_data
from humancentric.evaluation import specification_files
from humancentric.evaluation.claims import specification_verdicts
from humancentric.probing import probe_inputs, specification_fits
from humancentric.study import specification_grid
from humancentric.study.study import Study
from probe_data import write_embeddings, write_samples
from studies import study_of

HELD = {"share": 0.25, "seed": 0}
OPTIMISER = {"kind": "adam", "learning_rate": 0.02, "weight_decay": 0.0, "batch": 64, "epochs": 8}
TUNED = {"threshold": "validation", "validation": HELD}
PROTOCOLS = {
    "linear": {
        "head": {"hidden": 0}, "features": "raw", "optimiser": OPTIMISER, **TUNED,
        "grid": {"learning_rate": [0.02, 20.0]},
    },
    "gda": {"kind": "gda", "features": "raw", "shrinkage": "auto", **TUNED, "grid": {"shrinkage": [0.1, "auto"]}},
    "knn": {"kind": "knn", "features": "normalised", "neighbours": 20, **TUNED, "grid": {"neighbours": [5, 20]}},
}  # fmt: skip
WIDTH, CLASSES = 24, 3


def configuration(rivals: list[str], margin: float = 0.05, **specifications) -> dict:
    """Return the config of a study that claims that encoder `both` scores higher than each of its `rivals`."""
    claim = {"ours": ["both"], "rivals": rivals, "views": ["standard"]}
    config = claim_data.configuration({"lead": claim})
    config["protocols"] |= PROTOCOLS
    chosen = {"probes": list(PROTOCOLS), "widths": ["full"], "margin": margin} | specifications
    config["study"] |= {"seeds": 6, "claims": {"resamples": 200, "seed": 0}}
    config["study"] |= {"image_encoders": [*rivals, "both"], "text_encoders": [], "specifications": chosen}
    return config


def features_of(signal: float, truth: np.ndarray, seed: int) -> np.ndarray:
    """Return features (n, WIDTH): unit Gaussian noise around orthogonal class means of length `signal`."""
    rng = np.random.default_rng([3, seed])
    means = np.linalg.qr(np.random.default_rng(7).normal(size=(WIDTH, CLASSES)))[0].T
    return signal * means[truth] + rng.normal(size=(len(truth), WIDTH))


def write_dataset(folder: Path, encoders: dict, train: int, test: int, seed: int = 0) -> Path:
    """Write samples and embeddings of `films`; `encoders` maps names to functions from true classes (n) to features."""
    count = train + test
    truth = np.random.default_rng([5, seed]).integers(CLASSES, size=count)
    ids = [f"f{number:04d}" for number in range(count)]
    splits = ["train"] * train + ["test"] * test
    write_samples(folder / "films" / "samples.parquet", ids, splits, [[f"c{value}"] for value in truth])
    for name, embed in encoders.items():
        vectors = embed(truth)
        for split, rows in (("train", slice(0, train)), ("test", slice(train, count))):
            path = folder / "films" / "embeddings" / f"standard.{name}" / f"{split}.parquet"
            write_embeddings(path, ids[rows], vectors[rows], encoder=name)
    return folder


def judged(folder: Path, config: dict) -> dict:
    """Return the verdicts that the rules `specifications` and `specification_verdicts` compute for `write_dataset`."""
    study = study_of(config)
    samples, paths = folder / "films" / "samples.parquet", []
    for dataset, features in specification_grid.cells(study):
        if not features.startswith("standard."):
            continue
        embeddings = {
            split: [folder / dataset / "embeddings" / features / f"{split}.parquet"]
            for split in ("train", "test")
        }
        cell = probe_inputs.load(samples, embeddings, features, "single-label")
        grid, seeds = specification_grid.specifications(study), range(study.seeds)
        specifications, scores = specification_fits.score(cell, grid, seeds)
        paths.append(folder / dataset / "specifications" / f"{features}.parquet")
        about = {"dataset": dataset, "features": features, "specifications": specifications}
        specification_files.write(paths[-1], cell.samples["test"].ids, scores, about)
    reduced = Study.from_params(specification_grid.excerpt(study))
    margin = study.specifications["margin"]
    return specification_verdicts.score([samples], paths, reduced, claim_data.REFERENCE, margin)
