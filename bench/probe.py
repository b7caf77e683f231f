"""Compare the training of probes at the paper's sizes with other implementations, on random features.

python bench/probe.py [--fraction 0.01] [--widths 1024 3072] [--seeds 5] [--epochs 20] [--clip-benchmark PYTHON]
    [--device cpu] [--peers 0.01]

The peers are (a) a loop over seeds with a per-sample DataLoader, torch.nn and torch.optim; (b) scikit-learn's
MLPClassifier; (c) the training loop of CLIP_benchmark's linear probe, for single-label data and without a hidden layer.
PYTHON is the interpreter of an environment with that package; without it, (c) is skipped. All train for the same epochs
over the same samples with the same batches. With `--peers`, (a) and (b) use that share of the samples, and their
seconds are scaled up. Ours is also measured with features in a file (`memory_mb`), on a GPU without CUDA graphs, and on
a grid of ten options. Scaled results are called extrapolated; on a GPU, `--fraction 1` measures full cells.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

import numpy as np
import torch
import yaml
from probe_peers import BATCH, CLASSES, DECAY, RATE, clip_benchmark, loop, sklearn

from humancentric.study import feature_sets
from studies import study_of

SAMPLES = 189_185
SHARES = {
    "plotster": 189_185,
    "book-covers": 49_590,
    "mvsa": 17_640,
}  # training samples of the paper's datasets
ROOT = Path(__file__).parents[1]


def row(hidden: int, epochs: int) -> dict:
    """Return the config row of the paper's protocol, with `hidden` units (0: a linear head)."""
    optimiser = {
        "kind": "adam",
        "learning_rate": RATE,
        "weight_decay": DECAY,
        "batch": BATCH,
        "epochs": epochs,
    }
    return {"head": {"hidden": hidden}, "features": "raw", "optimiser": optimiser, "threshold": 0.5}


def planted(samples: int, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features (n, width) that carry signal of multi-label targets, these (n, 19), and main classes (n)."""
    rng = np.random.default_rng(0)
    main = rng.integers(CLASSES, size=samples)
    truth = (np.eye(CLASSES)[main] + (rng.random((samples, CLASSES)) < 0.04)) > 0
    features = rng.standard_normal((samples, width), dtype=np.float32)
    features += truth.astype(np.float32) @ rng.standard_normal((CLASSES, width), dtype=np.float32) * 0.1
    return features, truth.astype(np.uint8), main


def ours(features, targets, test, task, hidden, seeds, epochs):
    """Return the probabilities of our heads (seeds, n, classes)."""
    from humancentric.probing import head_training, probe

    trained = head_training.train(features, targets, CLASSES, task, row(hidden, epochs), range(seeds))
    return [probe.probabilities(head, test, task) for head in trained.values()]


def ours_on_disk(features, targets, test, task, hidden, seeds, epochs):
    """Return the probabilities of our heads, with the features in a file that is read in blocks."""
    from humancentric.embedding import feature_vectors

    with tempfile.TemporaryDirectory() as folder:
        stored = feature_vectors.on_disk(features.shape, Path(folder))
        stored[:] = features
        return ours(stored, targets, test, task, hidden, seeds, epochs)


def ours_unrecorded(features, targets, test, task, hidden, seeds, epochs):
    """Return the probabilities of our heads, trained without CUDA graphs."""
    from humancentric.probing import head_training

    recorded, head_training.cuda_graph = head_training.cuda_graph, lambda step: step
    try:
        return ours(features, targets, test, task, hidden, seeds, epochs)
    finally:
        head_training.cuda_graph = recorded


def grid(features, targets, test, task, hidden, seeds, epochs):
    """Return the probabilities of a grid of ten options for one seed, as explored by the protocol `fair`."""
    from humancentric.probing.kinds.head import explore
    from humancentric.probing.probe import TrainingData

    choices = {"learning_rate": [1e-4, 3e-4, 1e-3, 3e-3, 1e-2], "weight_decay": [5e-4, 5e-3]}
    problem = TrainingData(features, targets, CLASSES, task)
    return [answer for _, answer in explore(problem, test, row(hidden, epochs), choices, 0)]


def clock() -> float:
    """Return CPU seconds, which do not depend on other load, or wall seconds on a GPU."""
    return time.perf_counter() if torch.cuda.is_available() else time.process_time()


def timed(job, features, targets, test, *arguments) -> tuple[float, list]:
    """Return the seconds and the result of a job, after a small first run that does the imports."""
    job(features[:200], targets[:200], test[:2], *arguments[:2], 1, 1)
    begin = clock()
    answers = job(features, targets, test, *arguments)
    return clock() - begin, answers


MEMORY = """
import json, pathlib, re, sys, time
import torch
from humancentric.embedding import feature_vectors
from humancentric.evaluation import prediction_files
from humancentric.probing import head_training, probe
torch.set_num_threads(int(sys.argv[3]))
clock = time.perf_counter if torch.cuda.is_available() else time.process_time
row = json.loads(sys.argv[2])
status = pathlib.Path("/proc/self/status")  # getrusage would count what the parent had
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) * 1024
import numpy as np
warm = head_training.train(np.ones((64, 8), np.float32), np.ones((64, 19), np.uint8), 19, "multi-label", row, [0])
base, begin = peak(), clock()
ids = feature_vectors.ids_of(sys.argv[1], feature_vectors.width_of(sys.argv[1])).to_pylist()
inputs, _ = feature_vectors.load([sys.argv[1]], ["a.b"], ids)
read = clock() - begin
targets = (np.random.default_rng(0).random((len(inputs), 19)) < 0.09).astype(np.uint8)
begin = clock()
head_training.train(inputs, targets, 19, "multi-label", row, [0])
print(json.dumps({"read": read, "epoch": clock() - begin, "ratio": (peak() - base) / inputs.nbytes}))
"""


def memory(samples: int, width: int) -> dict:
    """Return the seconds of reading and of an epoch, and the peak memory as a multiple of the features' size."""
    import pyarrow as pa

    from humancentric.core import schemas, tables

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/train.parquet"
        flat = pa.array(np.random.default_rng(0).standard_normal(samples * width, dtype=np.float32))
        columns = {
            "id": [f"{number:07d}" for number in range(samples)],
            "embedding": pa.FixedSizeListArray.from_arrays(flat, width),
        }
        tables.write(path, pa.table(columns), schemas.embeddings(width))
        del flat, columns
        command = [sys.executable, "-c", MEMORY, path, json.dumps(row(256, 1)), str(torch.get_num_threads())]
        paths = {"PYTHONPATH": str(ROOT / "workflow" / "scripts"), "PATH": ""}
        return json.loads(
            subprocess.run(command, check=True, capture_output=True, text=True, env=paths).stdout
        )


def work(widths: list[int]) -> dict[str, float]:
    """Return the sum of samples x width over the paper's cells, by dataset."""

    config: dict = {}
    for name in ("datasets", "encoders", "protocols", "config", "paper"):
        for section, rows in yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text()).items():
            config[section] = {**config.get(section, {}), **rows}
    total: dict[str, float] = {}
    config["study"]["datasets"] = list(SHARES)  # without the probes that the paper does not have
    for dataset, _, features in feature_sets.transfer_cells(study_of(config)):
        width = sum(config["encoders"][part.split(".")[1]]["width"] for part in features.split("+"))
        total[dataset] = total.get(dataset, 0) + SHARES[dataset] * width
    return total


def score(answers: list, truth: np.ndarray, task: str) -> float:
    """Return the mean over seeds of the accuracy, or of the mAP, which does not depend on a threshold."""
    from humancentric.evaluation import metrics

    name = {"single-label": "accuracy", "multi-label": "map"}[task]
    return float(np.mean([metrics.evaluate(truth, np.asarray(a), task)[name] for a in answers]))


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fraction", type=float, default=0.01, help="of 189,185 training samples")
    parser.add_argument("--widths", type=int, nargs="+", default=[1024, 3072])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", choices=["cpu", "cuda"], help="cpu hides the card")
    parser.add_argument("--peers", type=float, help="share of the samples that (a) and (b) are measured on")
    parser.add_argument("--clip-benchmark", help="a Python interpreter that can import clip_benchmark")
    options = parser.parse_args()
    if options.device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""  # must be set before the first use of CUDA
    torch.set_num_threads(options.threads)
    samples, test = round(options.fraction * SAMPLES), 1000
    where = (
        torch.cuda.get_device_name() if torch.cuda.is_available() else f"CPU time, {options.threads} threads"
    )
    print("python", *sys.argv)
    print(f"{where}; {samples} of {SAMPLES} training samples ({options.fraction:.2%}), {options.seeds} seeds, "
          f"{options.epochs} epochs; seconds a cell, score on {test} planted samples")  # fmt: skip
    rates = []
    for width in options.widths:
        features, truth, classes = planted(samples + test, width)
        split = features[:samples], truth[:samples], features[samples:]
        common = (options.seeds, options.epochs)
        rows = {"ours": timed(ours, *split, "multi-label", 256, *common)}
        rows["ours, features on disk"] = timed(ours_on_disk, *split, "multi-label", 256, *common)
        if torch.cuda.is_available():
            rows["ours, no CUDA graphs"] = timed(ours_unrecorded, *split, "multi-label", 256, *common)
        rows["ours, ten options"] = timed(grid, *split, "multi-label", 256, *common)
        peer_samples = max(1, round(samples * (options.peers or 1)))
        part = features[:peer_samples], truth[:peer_samples], features[samples:]
        for name, peer in (("(a) DataLoader loop", loop), ("(b) MLPClassifier", sklearn)):
            seconds, answers = timed(peer, *part, "multi-label", 256, *common)
            rows[name] = seconds * samples / peer_samples, answers
        base = rows["ours"][0]
        steps = options.epochs * -(-samples // BATCH) / base
        print(f"{width:5d} wide  {steps:,.0f} steps a second of {options.seeds} seeds at once")
        rates.append(base / (samples * width))
        for name, (seconds, answers) in rows.items():
            value = score(answers, truth[samples:], "multi-label")
            print(
                f"{width:5d} wide  {name:24s} {seconds:8.2f} s  x{seconds / base:5.2f}  mAP        {value:.3f}"
            )
        linear = timed(
            ours, features[:samples], classes[:samples], features[samples:], "single-label", 0, *common
        )
        value = score(linear[1], classes[samples:], "single-label")
        print(f"{width:5d} wide  {'ours, linear':24s} {linear[0]:8.2f} s  x 1.00  accuracy   {value:.3f}")
        if options.clip_benchmark:
            seconds, answers = clip_benchmark(
                options.clip_benchmark, features[:samples], classes[:samples], features[samples:], *common
            )
            value = score(answers, classes[samples:], "single-label")
            name = "(c) CLIP_benchmark, linear"
            print(
                f"{width:5d} wide  {name:24s} {seconds:8.2f} s  x{seconds / linear[0]:5.2f}  accuracy   {value:.3f}"
            )
        else:
            print(f"{width:5d} wide  (c) CLIP_benchmark: left out, no --clip-benchmark interpreter given")
    held = memory(max(samples, 40_000), max(options.widths))
    print(f"reading {held['read']:.2f} s, one epoch of one seed {held['epoch']:.2f} s; peak memory of reading and "
          f"training {held['ratio']:.2f} x the features")  # fmt: skip
    total = sum(work(options.widths).values()) * float(np.mean(rates))
    print(
        f"extrapolated to the paper's 90 cells x {options.seeds} seeds on this device: {total / 60:.0f} minutes"
    )


if __name__ == "__main__":
    main()
