import numpy as np

from humancentric.embedding import neighbour_sheets
from humancentric.embedding.neighbour_sheets import CELL, FRAME, GAP, Match
from made_fonts import no_fonts_but_ours
from probe_data import write_embeddings


def test_neighbours_are_those_of_the_smallest_angle(tmp_path):
    vectors = np.array([[2, 0], [0, 3], [1, 1], [-1, 0]])
    train = write_embeddings(tmp_path / "train.parquet", list("abcd"), vectors, encoder="x")
    test = write_embeddings(tmp_path / "test.parquet", ["q", "r"], np.array([[5, 0.1], [0, 1]]), encoder="x")
    found = neighbour_sheets.matches(test, train, "title.x", 9, 2, 0)
    assert {query: [match.id for match in row] for query, row in found.items()} == {
        "q": ["a", "c"],
        "r": ["b", "c"],
    }
    assert found["r"][0].cosine == 1
    assert len(neighbour_sheets.matches(test, train, "title.x", 1, 2, 0)) == 1


def test_pictures_and_texts_are_drawn_in_their_cells():
    picture = np.full((CELL[1], CELL[0], 3), [0, 200, 0], np.uint8)
    contents = {"q": picture, "a": "two words"}
    sheet = np.asarray(neighbour_sheets.sheet({"q": [Match("a", 0.5)]}, contents, "title"))
    middle = sheet[sheet.shape[0] // 2]
    assert middle[GAP + CELL[0] // 2].tolist() == [0, 200, 0]
    assert (middle == FRAME).all(1).any()
    assert (sheet[:, CELL[0] + 2 * GAP :] < 100).any()  # the letters
    assert sheet.shape[1] == 2 * (CELL[0] + GAP) + GAP


def test_no_samples_give_an_empty_sheet():
    assert neighbour_sheets.sheet({}, {}, "title").size[0] > 0


def test_texts_in_other_scripts_are_drawn_with_an_installed_font(tmp_path, monkeypatch):
    """The font made for the test draws the sign as an A."""

    def drawn(text: str) -> np.ndarray:
        return np.asarray(neighbour_sheets.sheet({"q": [Match("a", 0.5)]}, {"q": text, "a": text}, text))

    with no_fonts_but_ours(tmp_path, monkeypatch) as install:
        empty_sign = drawn("ア")
        install(Kana="ア")
        assert (drawn("ア") == drawn("A")).all()
        assert (drawn("ア") != empty_sign).any()


def test_wide_signs_fill_half_as_many_to_a_line():
    assert neighbour_sheets.wrapped("アニメ" * 5, 10) == ["アニメアニ", "メアニメア", "ニメアニメ"]
    assert neighbour_sheets.wrapped("one two three", 8) == ["one two", "three"]
    assert neighbour_sheets.wrapped("", 8) == []
