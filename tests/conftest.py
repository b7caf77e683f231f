"""Fixtures shared by all tests, and how tests are dealt out where several processes run them."""

from pathlib import Path

import pytest
from hypothesis import settings

from project import load_config

# A deadline is a timing assertion: it fails on a busy machine and proves nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Each of these folders shares one expensive fixture; the longest begin first.
TOGETHER = ("finished_study", "slurm", "real", "faults")
LONG = (*TOGETHER, "workflow")


def folder_of(path: str) -> str:
    """Return the folder of a test file, given by its path below the project."""
    return Path(path).parts[1]


def pytest_collection_modifyitems(items):
    """Put the tests first that take longest, so that short ones fill what is left."""
    order = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(folder_of(item.nodeid.partition("::")[0]), len(order)))
    skip_without_card(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Deal tests out to processes (`pytest -n 2`) by file, and those of a folder with one fixture to one of them.

    `--dist loadgroup` would do the same, but xdist 3.8 does not see the groups under pytest 9.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFixture(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.partition("::")[0]
            return folder_of(file) if folder_of(file) in TOGETHER else file

    config.option.loadscopereorder = False  # else groups are sorted by their number of tests
    return ByFixture(config, log)


def skip_without_card(items: list[pytest.Item]) -> None:
    """Skip the tests marked ``gpu`` where torch finds no card: one line in the summary."""
    marked = [item for item in items if item.get_closest_marker("gpu")]
    if marked:
        import torch

        if not torch.cuda.is_available():
            for item in marked:
                item.add_marker(
                    pytest.mark.skip(reason="needs a graphics card: make test-gpu on a machine with one")
                )


@pytest.fixture
def config() -> dict:
    """Return the effective config of the default study."""
    return load_config()


@pytest.fixture
def paper_config() -> dict:
    """Return the effective config of the paper's study."""
    return load_config("paper")
