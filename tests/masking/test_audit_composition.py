"""Synthetic pictures with known text: balanced, repeatable, and with exact labels of ink."""

from collections import Counter

import numpy as np
import pytest
from PIL import Image, ImageDraw

from audit_text import GRID
from humancentric.core.errors import UserError
from humancentric.core.images import encode_png
from humancentric.masking.audit.composition import KINDS, background, own_files, text_pictures
from humancentric.masking.audit.lettering import FACTORS, font, lettering, levels_of, settings, size_of

SIZE = (224, 224)


@pytest.fixture(scope="module")
def pictures():
    return list(text_pictures(settings(levels_of(GRID, [12, 24]), GRID["lines"], 0), SIZE, GRID))


@pytest.mark.parametrize("lines", [7, 48, 300])
def test_every_level_is_as_frequent_as_the_others(lines):
    rows = settings(levels_of(GRID, [12, 24, 40]), lines, 3)
    assert len(rows) == lines
    for place, factor in enumerate(FACTORS):
        counts = Counter(row[place] for row in rows)
        assert len(counts) == len(levels_of(GRID, [12, 24, 40])[factor])
        assert max(counts.values()) - min(counts.values()) <= 1


def test_factors_are_crossed_and_seeded():
    rows = settings(levels_of(GRID, [12, 24]), 300, 0)
    pairs = Counter((row.letters, row.effect) for row in rows)
    assert min(pairs.values()) > 300 / 8 / 2
    assert rows == settings(levels_of(GRID, [12, 24]), 300, 0)
    assert rows != settings(levels_of(GRID, [12, 24]), 300, 1)


def test_pictures_are_the_same_every_time(pictures):
    again = text_pictures(settings(levels_of(GRID, [12, 24]), GRID["lines"], 0), SIZE, GRID)
    for one, other in zip(pictures, again, strict=True):
        assert (one.rgb == other.rgb).all()
        assert (one.labels == other.labels).all()
        assert one.letters == other.letters


def test_every_line_is_on_one_picture(pictures):
    lines = [letter.line for picture in pictures for letter in picture.letters]
    assert sorted(set(lines)) == list(range(GRID["lines"]))
    assert lines == sorted(lines)
    assert all(len({letter.line for letter in one.letters}) <= GRID["lines_a_picture"] for one in pictures)


def test_labels_match_the_changed_pixels_and_every_letter_has_ink(pictures):
    for picture in pictures:
        assert picture.rgb.shape == picture.clear.shape == (*SIZE[::-1], 3)
        assert set(np.unique(picture.labels)) == set(range(len(picture.letters) + 1))
        for place, letter in enumerate(picture.letters, start=1):
            if letter.setting.effect == "plain":
                ink = picture.labels == place
                change = np.abs(picture.rgb[ink].astype(int) - picture.clear[ink]).mean(axis=0).max()
                assert change == pytest.approx(letter.difference, abs=1.5)


def test_plain_text_changes_only_pixels_near_ink(pictures):
    for picture in pictures:
        if {letter.setting.effect for letter in picture.letters} <= {"plain"}:
            changed = (picture.rgb != picture.clear).any(axis=2)
            assert changed.sum() < 4 * (picture.labels > 0).sum()


def test_half_the_contrast_halves_the_difference():
    levels = levels_of({**GRID, "effects": ["plain"], "backgrounds": ["plain"]}, [40])
    plain = {**GRID, "backgrounds": ["plain"], "lines_a_picture": 1}
    full, half = (
        settings({**levels, "contrast": [share], "rotation": [0], "colour": ["black"]}, 1, 0)
        for share in (1.0, 0.5)
    )
    (one,), (other,) = (list(text_pictures(rows, (600, 300), plain)) for rows in (full, half))
    assert (one.labels == other.labels).all()
    for a, b in zip(one.letters, other.letters, strict=True):
        assert a.difference == pytest.approx(2 * b.difference, abs=1.5)


def test_ink_of_a_horizontal_line_equals_pillow():
    text, em = "Hand", 40
    line = lettering(text, "DejaVuSans", em, 0, "plain")
    canvas = Image.new("L", line.ink.shape[::-1], 0)
    left, top, *_ = font("DejaVuSans", em).getbbox(text, anchor="ls")
    pad = 3 + em // 4
    ImageDraw.Draw(canvas).text((pad - left, pad - top), text, 255, font("DejaVuSans", em), anchor="ls")
    drawn = np.asarray(canvas) / 255
    assert ((drawn >= 0.5) == (line.labels > 0)).mean() > 0.999
    assert line.letters == text
    columns = [np.flatnonzero((line.labels == k).any(axis=0)).mean() for k in range(1, 5)]
    assert columns == sorted(columns)  # letter by letter from left to right


@pytest.mark.parametrize("rotation", [0, 10, -30, 90, 180])
def test_rotation_keeps_the_ink_and_has_the_predicted_size(rotation):
    level = lettering("Hand", "DejaVuSans", 40, 0, "plain")
    line = lettering("Hand", "DejaVuSans", 40, rotation, "plain")
    assert line.ink.shape[::-1] == size_of("Hand", "DejaVuSans", 40, rotation)
    for k in range(1, 5):
        assert (line.labels == k).sum() == pytest.approx((level.labels == k).sum(), rel=0.1)
    assert line.ink.sum() == pytest.approx(level.ink.sum(), rel=0.02)


@pytest.mark.parametrize("effect", ["shadow", "outline", "box"])
def test_effects_do_not_change_the_ink(effect):
    plain, other = (lettering("Hand", "DejaVuSans", 40, 10, one) for one in ("plain", effect))
    assert (plain.labels == other.labels).all()
    assert not plain.behind.any()
    assert other.behind.sum() > 0.5 * plain.ink.sum()


def test_a_line_larger_than_every_picture_is_left_out_and_logged(caplog):
    rows = settings({**levels_of(GRID, [400]), "letters": [400]}, 2, 0)
    with caplog.at_level("WARNING", "humancentric"):
        found = list(text_pictures(rows, (100, 100), GRID))
    assert not any(one.letters for one in found)
    assert caplog.text.count("do not fit on 100 x 100") == 2


@pytest.mark.parametrize("kind", KINDS)
def test_backgrounds_have_the_size_and_differ(kind):
    kinds = list(KINDS)
    first, second = (background(kinds.index(kind) + 3 * turn, (120, 200), kinds, [], 0) for turn in (0, 1))
    assert first[0] == second[0] == kind
    assert first[1].shape == (200, 120, 3)
    assert first[1].dtype == np.uint8
    assert (first[1] != second[1]).any()


def test_a_user_s_own_pictures_are_used_in_turn(tmp_path):
    for name, level in (("b.png", 90), ("a.png", 30)):
        (tmp_path / name).write_bytes(encode_png(np.full((50, 300, 3), level, np.uint8)))
    (tmp_path / "notes.txt").write_text("no picture")
    own = own_files(tmp_path)
    assert [path.name for path in own] == ["a.png", "b.png"]
    kinds = [background(number, (40, 60), ["plain"], own, 0) for number in range(4)]
    assert [kind for kind, _ in kinds] == ["plain", "own", "plain", "own"]
    assert [int(pixels.mean()) for _, pixels in kinds[1::2]] == [30, 90]
    assert kinds[1][1].shape == (60, 40, 3)


def test_a_folder_without_pictures_and_a_damaged_picture_are_errors(tmp_path):
    with pytest.raises(UserError, match=r"audit\.ink\.own: .* holds no pictures"):
        own_files(tmp_path)
    (tmp_path / "half.png").write_bytes(b"\x89PNG cut short")
    with pytest.raises(UserError, match=r"audit\.ink\.own: .*half\.png: unreadable"):
        background(1, (10, 10), ["plain"], own_files(tmp_path), 0)
