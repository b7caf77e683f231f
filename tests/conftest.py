"""Fixtures shared by all tests."""

import pytest

from project import load_config


@pytest.fixture
def config() -> dict:
    """Return the effective config of the default study."""
    return load_config()


@pytest.fixture
def paper_config() -> dict:
    """Return the effective config of the paper's study."""
    return load_config("paper")
