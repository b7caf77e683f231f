import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humancentric.core.errors import UserError
from humancentric.embedding import feature_vectors
from humancentric.embedding.feature_vectors import Feature
from probe_data import write_embeddings


def test_names_are_parsed_in_order_and_joined_back():
    name = "standard.clip+title.clip-t"
    assert feature_vectors.parse(name) == [Feature("standard", "clip"), Feature("title", "clip-t")]
    assert feature_vectors.join(feature_vectors.parse(name)) == name


@pytest.mark.parametrize(
    "name", ["", "clip", "a.b.c", "a.b+", "A.b", "a.b+a.b", "a.b+c", "a.", "a/b.c", "a.b\n"]
)
def test_an_invalid_features_name_is_one_line(name):
    with pytest.raises(UserError, match="features"):
        feature_vectors.parse(name)


@pytest.fixture
def files(tmp_path):
    rng = np.random.default_rng(0)
    ids = [f"id{number:03d}" for number in rng.permutation(50)]
    left, right = rng.normal(size=(50, 3)), rng.normal(size=(50, 5))
    paths = [write_embeddings(tmp_path / "a.parquet", ids, left, encoder="x"),
             write_embeddings(tmp_path / "b.parquet", ids, right)]  # fmt: skip
    return ids, np.hstack([left, right]).astype(np.float32), paths


def test_rows_are_in_the_order_of_the_ids_not_of_the_file(files):
    ids, expected, paths = files
    matrix, inputs = feature_vectors.load(paths, ["a.x", "b.y"], ids)
    np.testing.assert_array_equal(matrix, expected)
    assert [(part.name, part.width) for part in inputs] == [("a.x", 3), ("b.y", 5)]
    assert inputs[0].source == {"encoder": "x"}
    assert matrix.dtype == np.float32
    assert matrix.flags.c_contiguous


def test_some_of_the_ids_from_a_single_path(files):
    ids, expected, paths = files
    matrix, _ = feature_vectors.load(str(paths[0]), ["a.x"], ids[7:9])
    np.testing.assert_array_equal(matrix, expected[7:9, :3])


def test_sorted_ids_give_the_file_as_it_is(files):
    ids, expected, paths = files
    order = np.argsort(ids)
    matrix, _ = feature_vectors.load(paths, ["a.x", "b.y"], [ids[i] for i in order])
    np.testing.assert_array_equal(matrix, expected[order])


def test_vectors_are_read_in_batches_without_a_copy(files, monkeypatch):
    ids, expected, paths = files
    monkeypatch.setattr(feature_vectors, "BATCH", 4 * 3 * 7)
    pieces = list(feature_vectors.vectors_of(paths[0], 3))
    assert [len(piece) for piece in pieces] == [7] * 7 + [1]
    assert not any(piece.flags.owndata for piece in pieces)
    for wanted in (ids, sorted(ids), ids[5:30]):
        matrix, _ = feature_vectors.load(paths, ["a.x", "b.y"], wanted)
        np.testing.assert_array_equal(matrix, expected[[ids.index(name) for name in wanted]])


def test_no_ids_give_no_rows(tmp_path):
    path = write_embeddings(tmp_path / "empty.parquet", [], np.zeros((0, 4)))
    matrix, inputs = feature_vectors.load([path], ["a.x"], [])
    assert matrix.shape == (0, 4)
    assert inputs[0].width == 4


@pytest.mark.parametrize("width", [1, 2])
def test_narrow_vectors_are_read(tmp_path, width):
    path = write_embeddings(tmp_path / "narrow.parquet", ["a"], np.ones((1, width)))
    assert feature_vectors.load([path], ["a.x"], ["a"])[0].tolist() == [[1.0] * width]


def one_line(error: pytest.ExceptionInfo) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def test_a_missing_id_is_named(files):
    ids, _, paths = files
    with pytest.raises(UserError) as error:
        feature_vectors.load(paths[:1], ["a.x"], [*ids, "ghost", "ghoul"])
    assert "'ghost' is missing (2 of 52 ids)" in one_line(error)


def test_a_duplicate_id_is_named(tmp_path):
    path = write_embeddings(tmp_path / "a.parquet", ["p", "q", "q"], np.zeros((3, 2)))
    with pytest.raises(UserError) as error:
        feature_vectors.load([path], ["a.x"], ["p"])
    assert "'q' occurs twice" in one_line(error)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_is_refused_with_its_id(tmp_path, number):
    vectors = np.zeros((3, 2))
    vectors[1, 0] = number
    path = write_embeddings(tmp_path / "a.parquet", ["p", "q", "r"], vectors)
    with pytest.raises(UserError) as error:
        feature_vectors.load([path], ["a.x"], ["p"])
    assert "'q' is not finite (1 of 3 ids)" in one_line(error)


def test_large_finite_numbers_pass(tmp_path):
    path = write_embeddings(tmp_path / "a.parquet", ["p"], np.full((1, 4), 3e38))
    assert np.isfinite(feature_vectors.load([path], ["a.x"], ["p"])[0]).all()


def test_a_missing_vector_is_refused(tmp_path):
    kind = pa.list_(pa.float32(), 2)
    table = pa.table({"id": ["p", "q"], "embedding": pa.array([[1, 2], None], kind)})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(UserError, match="1 ids have no vector"):
        feature_vectors.load([tmp_path / "a.parquet"], ["a.x"], ["p"])


def test_other_files_are_refused(tmp_path):
    with pytest.raises(UserError, match="file is missing"):
        feature_vectors.load([tmp_path / "none.parquet"], ["a.x"], [])
    (tmp_path / "text.parquet").write_text("no parquet")
    with pytest.raises(UserError, match="not a readable Parquet"):
        feature_vectors.load([tmp_path / "text.parquet"], ["a.x"], [])
    pq.write_table(pa.table({"id": ["p"], "embedding": [[1.0]]}), tmp_path / "lists.parquet")
    with pytest.raises(UserError, match="column 'embedding' should be fixed_size_list"):
        feature_vectors.load([tmp_path / "lists.parquet"], ["a.x"], ["p"])
    with pytest.raises(UserError, match="2 parts but 1 embedding files"):
        feature_vectors.load([tmp_path / "lists.parquet"], ["a.x", "b.y"], ["p"])


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("embedding.feature_vectors", {"torch", "sklearn", "polars"}),
        ("probing.fewshot", {"torch", "polars"}),
        ("probing.chance", {"torch", "polars"}),
        ("evaluation.scores", {"torch", "polars"}),
        ("probing.transfer", {"torchvision", "transformers", "torch._dynamo", "polars"}),
    ],
)
def test_a_module_imports_nothing_heavier_than_it_needs(module, heavy):
    code = f"import sys, humancentric.{module}; print(*sys.modules)"
    paths = os.pathsep.join(sys.path)
    environment = {**os.environ, "PYTHONPATH": paths}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert not heavy & set(run.stdout.split())


def test_a_file_that_another_encoder_made_is_refused(tmp_path):
    path = write_embeddings(tmp_path / "a.parquet", ["p"], np.ones((1, 2)), encoder="x")
    assert feature_vectors.load([path], ["standard.x"], ["p"])[0].tolist() == [[1, 1]]
    with pytest.raises(UserError, match=r"a\.parquet: made by encoder 'x', not by 'y'; remove"):
        feature_vectors.load([path], ["standard.y"], ["p"])
