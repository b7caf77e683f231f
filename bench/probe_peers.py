"""The peers in `probe.py`: a plain PyTorch loop, scikit-learn's MLPClassifier, and CLIP_benchmark's linear probe."""

import subprocess
import tempfile
import warnings

import numpy as np
import torch

CLASSES, BATCH, RATE, DECAY = 19, 64, 1e-3, 5e-4


def loop(features, targets, test, task, hidden, seeds, epochs):
    """Train with a plain PyTorch loop over a per-sample dataset; return the probabilities (seeds, n, classes)."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    data = [
        (torch.from_numpy(x), torch.from_numpy(y).float()) for x, y in zip(features, targets, strict=True)
    ]
    answers = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        layers = torch.nn.Linear(features.shape[1], hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, CLASSES)
        model = torch.nn.Sequential(*layers).to(device)
        optimiser = torch.optim.Adam(model.parameters(), lr=RATE, weight_decay=DECAY)
        criterion = torch.nn.BCEWithLogitsLoss()
        for _ in range(epochs):
            for x, y in torch.utils.data.DataLoader(data, BATCH, shuffle=True):
                optimiser.zero_grad()
                criterion(model(x.to(device)), y.to(device)).backward()
                optimiser.step()
        with torch.no_grad():
            answers.append(model(torch.from_numpy(test).to(device)).sigmoid().cpu().numpy())
    return answers


def sklearn(features, targets, test, task, hidden, seeds, epochs):
    """Train scikit-learn's MLPClassifier, whose L2 term is divided by the batch size; return the probabilities."""
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    threadpool_limits(torch.get_num_threads())
    answers = []
    for seed in range(seeds):
        model = MLPClassifier(
            hidden, alpha=DECAY * BATCH, batch_size=BATCH, learning_rate_init=RATE, max_iter=epochs,
            n_iter_no_change=epochs, tol=0, random_state=seed,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answers.append(model.fit(features, targets).predict_proba(test))
    return answers


CLIP_BENCHMARK = """
import contextlib, io, json, sys, time
import numpy as np, torch
from clip_benchmark.metrics import linear_probe
if not torch.cuda.is_available():  # it asks for a GPU by name; on a CPU it trains where it stands
    torch.nn.Module.cuda = torch.Tensor.cuda = lambda self: self
clock = time.perf_counter if torch.cuda.is_available() else time.process_time
torch.set_num_threads(int(sys.argv[5]))
data, (seeds, epochs) = np.load(sys.argv[1]), map(int, sys.argv[3:5])
samples = linear_probe.FeatureDataset(torch.from_numpy(data["features"]), torch.from_numpy(data["classes"]))
with contextlib.redirect_stdout(io.StringIO()):
    for seed in range(-1, seeds):  # the first run is for what it imports
        if seed <= 0:
            answers, begin = [], clock()
        loader = torch.utils.data.DataLoader(samples, batch_size=64, shuffle=True)
        model = linear_probe.train(
            loader, data["features"].shape[1], 19, 5e-4, 1e-3, epochs if seed >= 0 else 1, False,
            "cuda" if torch.cuda.is_available() else "cpu", max(seed, 0))
        with torch.no_grad():
            answers.append(model(torch.from_numpy(data["test"])).cpu().numpy())
np.savez(sys.argv[2], answers=np.stack(answers), seconds=clock() - begin)
"""


def clip_benchmark(python: str, features, classes, test, seeds: int, epochs: int) -> tuple[float, list]:
    """Return the seconds of CLIP_benchmark's training, and the logits of its probes."""
    with tempfile.TemporaryDirectory() as folder:
        data, answer = f"{folder}/data.npz", f"{folder}/answer.npz"
        np.savez(data, features=features, classes=classes, test=test)
        threads = str(torch.get_num_threads())
        command = [python, "-c", CLIP_BENCHMARK, data, answer, str(seeds), str(epochs), threads]
        subprocess.run(command, check=True, capture_output=True, text=True)
        found = np.load(answer)
        return float(found["seconds"]), list(found["answers"])
