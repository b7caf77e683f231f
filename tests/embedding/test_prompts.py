import numpy as np
import pytest

from humancentric.core.errors import UserError
from humancentric.embedding import prompts

ROW = {
    "templates": {"plain": ["a {label} film"], "ensemble": ["{label}", "see {label}, love {label}"]},
    "words": {"TV Movie": "made-for-television"},
}
CLASSES = ["Drama", "TV Movie"]


def written(folder, vectors, classes=CLASSES, row=ROW):
    path = folder / "prompts.parquet"
    prompts.write(path, prompts.sentences(classes, row), np.asarray(vectors), {"encoder": "x"})
    return path


def test_class_names_are_put_into_every_template_of_every_set():
    texts = [(p.templates, p.label, p.text) for p in prompts.sentences(CLASSES, ROW)]
    assert texts == [
        ("plain", "Drama", "a Drama film"),
        ("plain", "TV Movie", "a made-for-television film"),
        ("ensemble", "Drama", "Drama"),
        ("ensemble", "Drama", "see Drama, love Drama"),
        ("ensemble", "TV Movie", "made-for-television"),
        ("ensemble", "TV Movie", "see made-for-television, love made-for-television"),
    ]


def test_braces_in_a_label_are_plain_text():
    assert [p.text for p in prompts.sentences(["{0}"], {"templates": {"p": ["a {label}"]}})] == ["a {0}"]


def test_a_class_points_to_the_mean_of_its_prompts_whatever_their_lengths(tmp_path):
    vectors = [[3, 0, 0], [0, 0.1, 0], [5, 0, 0], [0, 0, 9], [0, 7, 0], [0, 2, 0]]
    found = prompts.class_vectors(written(tmp_path, vectors), ["TV Movie", "Drama"])
    half = 2**-0.5
    np.testing.assert_allclose(found["plain"], [[0, 1, 0], [1, 0, 0]], atol=1e-7)
    np.testing.assert_allclose(found["ensemble"], [[0, 1, 0], [half, 0, half]], atol=1e-7)
    assert found["plain"].dtype == np.float32


def test_prompts_and_vectors_are_read_as_written(tmp_path):
    vectors = np.arange(18, dtype=np.float32).reshape(6, 3)
    sentences, found, metadata = prompts.read(written(tmp_path, vectors))
    assert sentences == prompts.sentences(CLASSES, ROW)
    np.testing.assert_array_equal(found, vectors)
    assert metadata == {"encoder": "x"}


def test_a_class_without_prompt_is_named(tmp_path):
    with pytest.raises(UserError, match=r"no prompt for 'Dramma'; did you mean 'Drama'\?"):
        prompts.class_vectors(written(tmp_path, np.ones((6, 3))), ["Dramma"])


def test_no_class_gives_no_vectors(tmp_path):
    path = written(tmp_path, np.empty((0, 3), np.float32), classes=[])
    assert prompts.class_vectors(path, []) == {}


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(UserError, match="file is missing"):
        prompts.read(tmp_path / "none.parquet")
