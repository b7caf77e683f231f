"""Letters: two names share one if and only if nothing tells them apart."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from humancentric.evaluation.significance import compact_letter_display


def test_by_hand():
    assert compact_letter_display(["a1", "b1"], set()) == {"a1": "a", "b1": "a"}
    assert compact_letter_display(["a1", "b1"], {frozenset({"a1", "b1"})}) == {"a1": "a", "b1": "b"}
    # The first and the last differ, the middle one from neither.
    assert compact_letter_display(["x", "y", "z"], {frozenset({"x", "z"})}) == {"x": "a", "y": "ab", "z": "b"}
    assert compact_letter_display(["only"], set()) == {"only": "a"}


@given(st.data())
def test_a_shared_letter_means_a_tie_and_nothing_else(data):
    names = [f"n{number}" for number in range(data.draw(st.integers(1, 8)))]
    pairs = [frozenset(pair) for pair in combinations(names, 2)]
    apart = set(data.draw(st.lists(st.sampled_from(pairs), unique=True))) if pairs else set()
    told = compact_letter_display(names, apart)
    for pair in pairs:
        one, other = pair
        assert bool(set(told[one]) & set(told[other])) == (pair not in apart)
