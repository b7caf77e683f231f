"""Fixtures shared by all tests, and how tests are dealt out where several processes run them."""

from pathlib import Path

import pytest
from hypothesis import settings

from project import load_config

# A deadline is a timing assertion: it fails on a busy machine and proves nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

HERE = Path(__file__).parent
TOGETHER = ("workflow", "slurm", "real", "faults")  # each shares one finished study; the longest begin first


@pytest.hookimpl(tryfirst=True)  # the plugin that deals tests out reads the groups in a hook of the same name
def pytest_collection_modifyitems(items):
    """Keep what shares a study in one process (`pytest --dist loadgroup`), other tests file by file."""

    def folder(item) -> str:
        return item.path.relative_to(HERE).parts[0]

    for item in items:
        shared = folder(item) in TOGETHER
        item.add_marker(pytest.mark.xdist_group(folder(item) if shared else str(item.path.relative_to(HERE))))
    items.sort(key=lambda item: TOGETHER.index(folder(item)) if folder(item) in TOGETHER else len(TOGETHER))


@pytest.fixture
def config() -> dict:
    """Return the effective config of the default study."""
    return load_config()


@pytest.fixture
def paper_config() -> dict:
    """Return the effective config of the paper's study."""
    return load_config("paper")
