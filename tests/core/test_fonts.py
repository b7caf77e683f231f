"""Characters that the font of drawings lacks come from installed fonts, or are named as missing."""

import pytest

from humancentric.core import fonts
from made_fonts import DEJAVU, no_fonts_but_ours

KANA, HAN = "アニメ", "漢字"


@pytest.fixture
def install(tmp_path, monkeypatch):
    with no_fonts_but_ours(tmp_path, monkeypatch) as function:
        yield function


def test_latin_greek_and_cyrillic_need_no_further_font(install, monkeypatch):
    monkeypatch.setattr(fonts, "_faces", None)  # reading hundreds of fonts takes a while
    for text in ("Drama & Müller", "Ελλάδα", "Кино", "line\nbreak\ttab", "zero\u200bwidth\ufeff", ""):
        assert fonts.families(text) == [fonts.BASE]
        assert fonts.missing(text) == set()
        assert fonts.file_of(text) == (str(DEJAVU), 0)


def test_what_no_font_has_is_missing(install):
    assert fonts.missing(f"film {KANA}") == set(KANA)  # not what a font of placeholders shows
    assert fonts.families(f"film {KANA}") == [fonts.BASE]
    assert fonts.file_of(KANA) == (str(DEJAVU), 0)


def test_fonts_are_added_by_what_they_cover(install, tmp_path):
    install(Kana=KANA, Hana=KANA, ZSans=KANA, Both=KANA[0] + HAN)
    assert fonts.families(KANA) == [fonts.BASE, "ZSans"]  # without serifs before the alphabet
    assert fonts.families(KANA + HAN) == [fonts.BASE, "ZSans", "Both"]
    assert fonts.families("Drama") == [fonts.BASE]
    assert fonts.missing(KANA + HAN + "ก") == {"ก"}
    assert fonts.file_of(f"{HAN}a") == (str(tmp_path / "Both.ttf"), 0)
    assert fonts.file_of(f"{HAN} Drama") == (str(DEJAVU), 0)  # of one font only, the letters count more


def test_another_copy_of_the_base_font_is_not_used(install):
    install(**{"DejaVu Sans": KANA})
    assert fonts.file_of("Drama") == (str(DEJAVU), 0)
    assert fonts.missing(KANA) == set(KANA)


def test_signs_of_east_asian_scripts_are_two_letters_wide():
    assert (fonts.cells("Drama"), fonts.cells(KANA), fonts.cells(f"{HAN} Кино")) == (5, 6, 9)


def test_a_damaged_font_is_passed_over(install, tmp_path):
    install(Kana=KANA)
    (tmp_path / "Kana.ttf").write_bytes(b"\0\1\0\0 no font")
    assert fonts.missing(KANA) == set(KANA)
