"""Flipped bits in JSON files and in files of heads: the reader names file and remedy, or returns what was written."""

import json
import math

import numpy as np
import pytest
import torch

from humancentric.core import files
from humancentric.core.errors import UserError
from humancentric.embedding.feature_vectors import Input
from humancentric.probing import trained_heads
from humancentric.probing.trained_heads import Trained
from humancentric.report.changes import header
from probe_data import PAPER

FLIPS = 400
SCORES = {
    "dataset": "films",
    "runs": [{"seed": 0, "split": "test", "macro_f1": 0.1 + 0.2}, {"seed": 1, "macro_f1": None}],
    "names": "Amélie 日本",
    "sha256": "ab" * 32,
}
CLASSES = ["a", "b", "ü"]
INPUTS = [Input("standard.clip", 4, {"encoder": "clip", "weights": {"sha256": "ab" * 32}})]


def heads():
    """Return heads with tensors of several types and shapes."""
    draw = torch.Generator().manual_seed(0)
    layers = {
        "weight": torch.randn(3, 4, generator=draw),
        "counts": torch.arange(5),
        "used": torch.tensor([True, False, True]),
        "scale": torch.tensor(0.5),
        "half": torch.randn(4, generator=draw).to(torch.bfloat16),
        "none": torch.empty(0, 4),
    }
    return Trained(
        {0: layers, 1: {name: tensor.clone() for name, tensor in layers.items()}},
        INPUTS,
        CLASSES,
        "multi-label",
        "films",
        "paper",
        PAPER,
    )


def numbers_of(trained):
    return {
        (seed, name, tensor.dtype): tensor.tolist()
        for seed, head in trained.heads.items()
        for name, tensor in head.items()
    }


def json_file(path):
    files.write_json(path, SCORES)
    return files.read_json, SCORES.__eq__


def heads_file(path):
    trained_heads.save(path, heads())
    expected = heads()
    return (
        trained_heads.load,
        lambda found: (
            numbers_of(found) == numbers_of(expected)
            and (found.inputs, found.classes, found.protocol) == (INPUTS, CLASSES, PAPER)
        ),
    )


def header_of_heads(path):
    trained_heads.save(path, heads())
    expected = header(path)
    return header, expected.__eq__


@pytest.mark.parametrize("write", [json_file, heads_file, header_of_heads])
def test_no_flipped_bit_gives_other_data(tmp_path, write):
    path = tmp_path / "file"
    read, is_same = write(path)
    assert is_same(read(path))
    data, numbers = path.read_bytes(), np.random.default_rng(5)
    silent, told = [], []
    for _ in range(FLIPS):
        damaged, place = bytearray(data), int(numbers.integers(len(data)))
        damaged[place] ^= 1 << int(numbers.integers(8))
        path.write_bytes(damaged)
        try:
            silent += [] if is_same(read(path)) else [place]
        except UserError as error:
            told.append(str(error))
    assert len(silent) <= FLIPS // 100, silent
    assert len(told) > FLIPS // 2
    assert {line.split(": ")[0] for line in told} == {str(path)}
    assert {line.rpartition("; ")[2] for line in told} == {files.REMEDY}


def test_named_keys_are_where_others_read_them_and_the_checksum_is_last(tmp_path):
    files.write_json(tmp_path / "scores.json", SCORES)
    read = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    assert {name: read[name] for name in SCORES} == SCORES
    assert list(read)[-1] == files.CHECKSUM


@pytest.mark.parametrize(
    "value", [{}, {"a": math.inf}, {1: "whole numbers become text"}, [1, {"a": 2}], None, "text"]
)
def test_any_value_comes_back(tmp_path, value):
    files.write_json(tmp_path / "value.json", value)
    assert files.read_json(tmp_path / "value.json") == json.loads(json.dumps(value))


def test_a_file_of_somebody_else_needs_no_checksum(tmp_path):
    (tmp_path / "pin.json").write_text(json.dumps({"revision": "main", "sha256": "ab" * 32}))
    assert files.read_json(tmp_path / "pin.json") == {"revision": "main", "sha256": "ab" * 32}


def test_a_checksum_whose_name_was_changed_is_damage(tmp_path):
    files.write_json(tmp_path / "a.json", {"a": 1})
    text = (tmp_path / "a.json").read_text()
    (tmp_path / "a.json").write_text(text.replace(files.CHECKSUM, "checksun"))
    with pytest.raises(UserError, match=r"a\.json: not a readable JSON file or damaged .*; remove the file"):
        files.read_json(tmp_path / "a.json")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"none\.json: file is missing; run the workflow"):
        files.read_json(tmp_path / "none.json")
