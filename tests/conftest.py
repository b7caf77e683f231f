"""Fixtures shared by all tests, and the distribution of tests over processes (`pytest -n`)."""

from pathlib import Path

import pytest
from hypothesis import settings

from project import load_config

# A deadline is a timing assertion: it fails on a busy machine and proves nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# The tests of each of these folders share one expensive fixture; the slowest folder comes first.
SHARED_FIXTURE = ("finished_study", "slurm", "real", "faults")
SLOWEST_FIRST = (*SHARED_FIXTURE, "workflow")


def folder_of(path: str) -> str:
    """Return the folder of a test file, given by its path below the project."""
    return Path(path).parts[1]


def pytest_collection_modifyitems(items):
    """Run the slowest folders first, so that short tests fill the remaining time."""
    order = {name: number for number, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: order.get(folder_of(item.nodeid.partition("::")[0]), len(order)))
    skip_without_gpu(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Distribute tests over processes (`pytest -n 2`) by file; a folder with a shared fixture stays in one process.

    `--dist loadgroup` would do the same, but xdist 3.8 does not see the groups under pytest 9.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFixture(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.partition("::")[0]
            return folder_of(file) if folder_of(file) in SHARED_FIXTURE else file

    config.option.loadscopereorder = False  # otherwise groups are sorted by their number of tests
    return ByFixture(config, log)


def skip_without_gpu(items: list[pytest.Item]) -> None:
    """Skip the tests marked ``gpu`` if torch finds no GPU, with one line in the summary."""
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
