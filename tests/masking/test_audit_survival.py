"""Surviving characters: against a reference, by hand, and in extreme cases."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humancentric.core.schemas import READINGS
from humancentric.masking.audit import summary
from humancentric.masking.audit.summary import (
    characters,
    longest_common_subsequence,
    overlap,
    regions,
    survival,
)

RULES = {"confidence": 0.6, "shortest": 2, "least": 0.5}
SHORT = st.text("abAB1", max_size=9)


def word(text, x=0.0, y=0.0, w=100.0, h=20.0, confidence=0.9):
    return {"text": text, "confidence": confidence, "x": x, "y": y, "w": w, "h": h}


def reference_length(one, other):
    """Return the length of a longest common subsequence as its definition has it."""

    @cache
    def length(i, j):
        if i == len(one) or j == len(other):
            return 0
        if one[i] == other[j]:
            return 1 + length(i + 1, j + 1)
        return max(length(i + 1, j), length(i, j + 1))

    return length(0, 0)


@given(SHORT, SHORT)
def test_longest_common_subsequence_matches_its_definition(one, other):
    found = longest_common_subsequence(one, other)
    assert len(found) == reference_length(one, other)
    for text in (one, other):
        letters = iter(text)
        assert all(letter in letters for letter in found)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("CURSED", "CURED", "CURED"),
        ("abc", "", ""),
        ("abc", "xyz", ""),
        ("ABCBDAB", "BDCABA", 4),
        ("aa", "a", "a"),
    ],
)
def test_subsequences_by_hand(one, other, expected):
    found = longest_common_subsequence(one, other)
    assert found == expected or len(found) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (word("x"), 1.0),
        (word("x", x=50), 1 / 3),
        (word("x", x=100), 0.0),
        (word("x", y=30), 0.0),
        (word("x", w=50), 0.5),
        (word("x", w=0, h=0), 0.0),
    ],
)
def test_overlaps_by_hand(other, expected):
    assert overlap(word("a"), other) == pytest.approx(expected)
    assert overlap(other, word("a")) == pytest.approx(expected)


def test_only_letters_and_digits_count():
    assert characters("“Don't”—24/7!") == "Dont247"


def left(before, after, again=None):
    found = regions(before, before if again is None else again, after, **RULES)
    return [(row["text"], row["left"]) for row in found]


def test_words_survive_only_where_they_were():
    before = [word("POSTER"), word("TITLE", y=100)]
    assert left(before, before) == [("POSTER", "POSTER"), ("TITLE", "TITLE")]
    assert left(before, []) == [("POSTER", ""), ("TITLE", "")]
    assert left(before, [word("TITLE")]) == [("POSTER", "TE"), ("TITLE", "")]
    assert left(before, [word("OSTER", x=16, w=84)]) == [("POSTER", "OSTER"), ("TITLE", "")]
    assert left(before, [word("POSTER", w=49)]) == [("POSTER", ""), ("TITLE", "")]


def test_the_word_that_overlaps_most_is_matched():
    assert left([word("AB")], [word("A", w=60), word("AB", w=90), word("B", w=80)]) == [("AB", "AB")]


def test_confidence_counts_before_masking_only():
    assert left([word("AB", confidence=0.59)], []) == []
    assert left([word("AB", confidence=0.6)], [word("AB", confidence=0.01)]) == [("AB", "AB")]


def test_noise_is_not_readable():
    assert left([word("|"), word("x"), word("--"), word("OK")], []) == [("OK", "")]


def test_only_words_read_twice_are_readable():
    before = [word("POSTER"), word("NOISE", y=100), word("TITLE", y=200)]
    again = [word("POSTFR", confidence=0.1), word("TITLE", x=80, y=200)]
    assert left(before, before, again) == [("POSTR", "POSTR")]
    assert left(before, before, []) == []


def readings(**words):
    return READINGS.rows(
        [
            {"id": name, "words": given or [], "problem": None if given is not None else "exit code 1"}
            for name, given in words.items()
        ]
    )


def test_counts_of_a_table_and_pictures_that_were_not_read():
    before = readings(a=[word("ABCD"), word("EF", y=50)], b=[], c=[word("AB")], d=None, e=[word("AB")])
    after = readings(a=[word("ACD")], b=[], c=[word("AB")], d=[], e=None)
    rows = survival(before, before, after, **RULES).to_pylist()
    assert [(row["id"], row["readable"], row["surviving"]) for row in rows] == [
        ("a", 6, 3),
        ("b", 0, 0),
        ("c", 2, 2),
    ]
    assert [region["left"] for region in rows[0]["regions"]] == ["ACD", ""]


def test_shares_by_hand():
    found = summary.share([1, 0, 3], [2, 0, 6])
    assert (found.value, found.things, found.pictures) == (0.5, 8, 2)
    assert found.low == found.high == 0.5
    assert summary.share([], []) == (None, None, None, 0, 0)
    assert summary.share([0], [0]) == (None, None, None, 0, 0)
    assert summary.share([3], [4]) == (0.75, None, None, 4, 1)
    nothing, everything = summary.share([0] * 100, [7] * 100), summary.share([7] * 100, [7] * 100)
    assert nothing[:3] == (0.0, 0.0, pytest.approx(1 - 0.025**0.01))  # the rule of three, two-sided
    assert everything[:3] == (1.0, pytest.approx(0.025**0.01), 1.0)
    assert summary.share([1, 5], [2, 5], seed=1) == summary.share([1, 5], [2, 5], seed=1)


def test_intervals_have_their_nominal_coverage():
    """Pictures differ among themselves, as posters do: intervals that forget it hold it half of the time."""
    rng, truth, held, naive = np.random.default_rng(0), 0.7, 0, 0
    for _ in range(200):
        wholes = rng.integers(5, 40, 60)
        parts = rng.binomial(wholes, rng.beta(0.7 * 3, 0.3 * 3, 60))
        found = summary.share(parts, wholes, resamples=300)
        held += found.low <= truth <= found.high
        half = 1.96 * np.sqrt(found.value * (1 - found.value) / found.things)
        naive += abs(found.value - truth) <= half
    assert 0.89 <= held / 200 <= 0.99
    assert naive / 200 < 0.75
