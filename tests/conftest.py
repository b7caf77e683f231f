"""Fixtures shared by all tests."""

import pytest
from hypothesis import settings

from project import load_config

# A deadline is a timing assertion: it fails on a busy machine and proves nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def config() -> dict:
    """Return the effective config of the default study."""
    return load_config()


@pytest.fixture
def paper_config() -> dict:
    """Return the effective config of the paper's study."""
    return load_config("paper")
