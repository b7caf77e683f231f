from changes import CHANGES, page
from project import ROOT


def test_the_page_says_what_the_tests_assert():
    assert (ROOT / "docs" / "laziness.md").read_text(encoding="utf-8") == page()


def test_changes_have_names_of_their_own():
    assert len({change.name for change in CHANGES}) == len(CHANGES)
