"""Measure the time and memory of the verdicts on the paper's claims, with bootstrap tests for every contrast.

    OMP_NUM_THREADS=1 PYTHONPATH=workflow/scripts python bench/report.py [--items 18717] [--seeds 5] [--resamples 2000]

The study is the paper's with random predictions: 90 cells on MVSA, Book Covers and Plotster with `--items` test samples
each (19 classes on Plotster), and the few-shot draws of nine datasets; with `--controls`, also the 48 cells of later
films with as many samples. The files are first written to a temporary folder, which is not timed (`--folder` keeps
them; about 640 MB at full size). Then `humancentric.evaluation.claims.verdicts.score` runs in its own process as in the
rule `claims`; its seconds and peak memory are printed. For comparison, a plain loop over draws of `rng.choice` is timed
on one contrast and at most 100 draws, and scaled up.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import yaml

from humancentric.core import files, schemas, tables
from humancentric.evaluation import prediction_files, sample_scores
from humancentric.evaluation.claims import verdicts
from humancentric.study import claim_grid
from humancentric.study.study import Study
from humancentric.study.validation import plain
from studies import claim_study

ROOT = Path(__file__).parents[1]
CATALOGUE = ("datasets", "encoders", "detectors", "protocols", "prompts", "claims", "config", "paper")
CLASSES = {
    "mvsa": 3,
    "book-covers": 28,
    "plotster": 19,
    "plotster-recent": 19,
    "cifar10": 10,
    "cifar100": 100,
}
CLASSES |= {"cub-200-2011": 200, "mnist": 10, "fashion-mnist": 10, "svhn": 10}


def configuration(resamples: int, controls: bool) -> Study:
    """Return the excerpt of the paper's study that the rule `claims` receives."""
    config: dict = {}
    for name in CATALOGUE:
        for key, value in yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text()).items():
            config[key] = config.get(key, {}) | value
    # Without the list of ids, the films of Mangolin et al. are not part of the study.
    config["study"]["datasets"] = [name for name in config["study"]["datasets"] if "mangolin" not in name]
    config["study"]["controls"] = {"plotster": ["plotster-recent"]} if controls else {}
    config["study"]["claims"] = {"resamples": resamples}
    for row in config["datasets"].values():
        row.pop("cluster", None)
    return claim_study(plain(config))


def write(folder: Path, study: Study, items: int, seeds: int, repeats: int = 10) -> dict[str, list[Path]]:
    """Write samples, predictions and few-shot scores of a study; return their paths."""
    rng = np.random.default_rng(0)
    ids = [f"s{number:06d}" for number in range(items)]
    found: dict[str, list[Path]] = {"samples": [], "predictions": [], "fewshot": []}
    truth = {}
    for name in [*study.trained, *study.controls]:
        names = [f"c{number:02d}" for number in range(CLASSES[name])]
        truth[name] = rng.integers(len(names), size=items)
        columns = {"id": ids, "split": ["test"] * items, "labels": [[names[k]] for k in truth[name]]}
        columns["release_date"] = [None] * items
        found["samples"].append(folder / name / "samples.parquet")
        tables.write(found["samples"][-1], schemas.SAMPLES.table(columns), schemas.SAMPLES)
    for dataset, task, features in claim_grid.cells(study):
        size = CLASSES[dataset]
        skill = 0.4 + 0.4 * rng.random()
        answers = {}
        for seed in range(seeds):
            block = rng.random((items, size), np.float32) * 0.5
            block[np.arange(items), truth[dataset]] += skill * rng.random(items, np.float32)
            answers[seed] = block
        path = folder / dataset / task / features / "predictions.parquet"
        about = {"dataset": dataset, "features": features, "threshold": 0.5}
        table = prediction_files.predictions(ids, ["test"] * items, answers, size)
        prediction_files.write_predictions(path, table, [f"c{number:02d}" for number in range(size)], about)
        found["predictions"].append(path)
    for dataset in claim_grid.datasets(study, "fewshot"):
        for features in claim_grid.features(study, dataset, "fewshot"):
            values = (rng.random((items, repeats, 4)) < 0.3).astype(np.float32)
            found["fewshot"].append(folder / dataset / "fewshot" / f"{features}.scores.parquet")
            about = {"dataset": dataset, "features": features, "shots": [1, 3, 5, 10]}
            sample_scores.write_fewshot(found["fewshot"][-1], ids, values, about)
    return found


def measured(paths: dict[str, list[Path]], study: Study, queue: multiprocessing.Queue) -> None:
    """Compute the verdicts; put numbers of contrasts, wall and CPU seconds and peak memory in GB into `queue`."""
    reference = files.read_json(ROOT / "resources" / "paper_reference.json")
    begin, spent = time.perf_counter(), time.process_time()
    found = verdicts.score(*(paths[name] for name in ("samples", "predictions", "fewshot")), study, reference)
    took = time.perf_counter() - begin, time.process_time() - spent
    contrasts = [contrast for claim in found["claims"] for contrast in claim["contrasts"]]
    run = sum(contrast["verdict"] != "not run" for contrast in contrasts)
    queue.put((run, len(contrasts), *took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6))


def plain_loop(items: int, seeds: int, resamples: int) -> float:
    """Return the seconds of one contrast with a plain loop over draws, from per-item scores in memory."""
    rng = np.random.default_rng(0)
    left, right = (rng.random((items, seeds)) for _ in range(2))
    begin = time.perf_counter()
    for _ in range(min(resamples, 100)):
        rows, columns = rng.choice(items, items), rng.choice(seeds, seeds)
        (left[rows][:, columns] - right[rows][:, columns]).mean()
    return (time.perf_counter() - begin) * resamples / min(resamples, 100)


def main() -> None:
    """Print the time and memory of the verdicts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=18717)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--resamples", type=int, default=2000)
    parser.add_argument("--controls", action="store_true", help="score later films, too")
    parser.add_argument(
        "--folder", type=Path, help="where to write the files; a temporary folder if left out"
    )
    options = parser.parse_args()
    pa.set_cpu_count(1)
    study = configuration(options.resamples, options.controls)
    with tempfile.TemporaryDirectory() as temporary:
        paths = write(options.folder or Path(temporary), study, options.items, options.seeds)
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        process = context.Process(target=measured, args=(paths, study, queue))
        process.start()
        run, total, clock, cpu, memory = queue.get()
        process.join()
    print(
        f"{len(paths['predictions'])} cells, {options.items} items, {options.seeds} seeds, {options.resamples} draws"
    )
    print(f"{run} of {total} contrasts: {clock:.1f} s, {cpu:.1f} s CPU, {memory:.2f} GB at most")
    spent = plain_loop(options.items, options.seeds, options.resamples)
    print(f"a loop over draws, one contrast, scores in memory: {spent:.1f} s")


if __name__ == "__main__":
    main()
