"""Training on features that are larger than the memory allowed: order, scores and memory."""

import errno
import os
import tracemalloc

import numpy as np
import pytest
import torch

from humancentric.core.errors import UserError
from humancentric.embedding import feature_vectors
from humancentric.probing import head_training, training_setup, transfer
from humancentric.study.from_config import study_from_config
from humancentric.study.validation import validate
from probe_data import planted, protocol
from project import ROOT, load_config

FILMS, WIDTH = 3_000, 16


def test_an_order_of_blocks_holds_every_sample_once_and_mixes_blocks_within_a_window():
    number, window = 10_500, 2048
    order = training_setup.block_order(number, window, torch.Generator().manual_seed(1))
    again = training_setup.block_order(number, window, torch.Generator().manual_seed(1))
    assert torch.equal(order, again)
    assert sorted(order.tolist()) == list(range(number))
    for some in order.split(window):
        assert (
            len(set((some // training_setup.BLOCK).tolist())) <= 3
        )  # two whole blocks, or three where one is short
    first = order[:window] // training_setup.BLOCK
    assert (first[:-1] != first[1:]).float().mean() > 0.4  # half of the neighbours come from another block


def setup(features, batch=100):
    targets = np.arange(len(features)) % 3
    return training_setup.training_setup(
        features, targets, "single-label", protocol(batch=batch, epochs=1), torch.device("cpu")
    )


def test_windows_of_a_file_hold_the_samples_of_the_order(tmp_path):
    values = np.arange(20_000, dtype=np.float32)[:, None].repeat(2, axis=1)
    stored = feature_vectors.on_disk(values.shape, tmp_path)
    stored[:] = values
    on_disk = setup(stored)
    assert on_disk.window == 8100
    order = on_disk.order(torch.Generator().manual_seed(0))
    found, sizes = [], []
    for part, positions in on_disk.windows(torch.stack([order, order.flip(0)])):
        sizes.append(len(part))
        inputs, answers = part.rows(positions.flatten())
        assert torch.equal(inputs[:, 0].long() % 3, answers)
        found.append(inputs[:, 0].long().view(2, -1))
    assert torch.equal(torch.cat(found, dim=1), torch.stack([order, order.flip(0)]))
    assert sizes == [2 * 8100, 2 * 8100, 2 * 3800]  # for two heads
    assert not list(tmp_path.iterdir())


def test_the_order_is_the_same_for_every_width(tmp_path):
    orders = []
    for width in (2, 40):
        on_disk = setup(feature_vectors.on_disk((9000, width), tmp_path))
        orders.append(on_disk.order(torch.Generator().manual_seed(0)))
    assert torch.equal(*orders)


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    return planted(
        tmp_path_factory.mktemp("films") / "films", {"standard.some": 0.5}, multi=True, n=FILMS, seed=3
    )


@pytest.fixture
def small_windows(monkeypatch):
    monkeypatch.setattr(training_setup, "BLOCK", 64)
    monkeypatch.setattr(training_setup, "WINDOW", 512)


def cell(films, **options):
    parts = {name: [films / "embeddings" / "standard.some" / f"{name}.parquet"] for name in ("train", "test")}
    return transfer.train_cell(
        films / "samples.parquet", parts, dataset="films", features_name="standard.some", task="multi-label",
        protocol_name="paper", protocol={**protocol(hidden=16, epochs=6, batch=64), **options}, seeds=range(4),
    )  # fmt: skip


def test_a_tenth_of_the_memory_gives_the_scores_within_the_noise_of_seeds(films, small_windows):
    tenth = 0.7 * FILMS * WIDTH * 4 / 2**20 / 10
    whole, limited = (cell(films, **options)[0]["runs"] for options in ({}, {"memory_mb": tenth}))
    scores = [np.array([run["map"] for run in runs]) for runs in (whole, limited)]
    assert not np.array_equal(*scores)  # another order
    noise = np.hypot(*(values.std(ddof=1) for values in scores))
    assert abs(scores[0].mean() - scores[1].mean()) < 3 * noise
    assert not list((films / "spool").iterdir())


def test_a_limit_that_suffices_changes_no_bit(films):
    heads = [cell(films, **options)[2].heads for options in ({}, {"memory_mb": 1000})]
    for seed, head in heads[0].items():
        assert all(torch.equal(tensor, heads[1][seed][name]) for name, tensor in head.items())


def test_selection_reads_the_rows_held_out_from_disk(films, small_windows):
    row = {
        "features": "standardised", "memory_mb": 0.01, "validation": {"share": 0.1, "seed": 0},
        "grid": {"learning_rate": [1e-5, 1e-2]}, "threshold": "validation",
    }  # fmt: skip
    scores = cell(films, **row)[0]
    assert scores["selected"] == {"learning_rate": 1e-2}


def test_training_from_disk_allocates_a_fraction_of_the_features(tmp_path):
    features = feature_vectors.on_disk((60_000, 256), tmp_path)
    rng = np.random.default_rng(0)
    for begin in range(0, len(features), 10_000):
        features[begin : begin + 10_000] = rng.standard_normal((10_000, 256), dtype=np.float32)
    copies = []

    class Watched(torch.utils._python_dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, function, types, arguments=(), options=None):
            result = function(*arguments, **(options or {}))
            if isinstance(result, torch.Tensor):
                copies.append(result.untyped_storage().nbytes())
            return result

    def train(features):
        row, targets = protocol(hidden=4, epochs=1, batch=512), np.arange(len(features)) % 3
        with Watched():
            head_training.train(features, targets, 3, "single-label", row, [0], torch.device("cpu"))

    train(features[:600])  # what is imported by the first training is not counted
    copies.clear()
    tracemalloc.start()
    try:
        train(features)
        arrays = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    window = 8192 * 256 * 4
    assert arrays < window
    assert max(size for size in copies if size != features.nbytes) <= window  # views of the file aside


def test_a_full_disk_is_told_in_one_line(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(UserError, match=r"4 MiB of features do not fit on the disk .*raise memory_mb"):
        feature_vectors.on_disk((1024, 1024), tmp_path)


def test_the_studys_limit_is_in_every_protocol_and_nowhere_by_default():
    config = load_config()
    assert not any("memory_mb" in protocol.row for protocol in study_from_config(config).protocols.values())
    config["study"]["probes"] = {"memory_mb": 8000}
    validate(config, ROOT / "workflow" / "schemas")
    assert {protocol.row["memory_mb"] for protocol in study_from_config(config).protocols.values()} == {8000}
    config["study"]["probes"] = {"memory_mb": 0}
    with pytest.raises(UserError, match=r"study\.probes\.memory_mb is 0.* use the MiB above which"):
        validate(config, ROOT / "workflow" / "schemas")
