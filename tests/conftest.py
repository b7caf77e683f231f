"""Fixtures shared by all tests, and how tests are dealt out where several processes run them."""

from pathlib import Path

import pytest
from hypothesis import settings

from project import ROOT, load_config

# A deadline is a timing assertion: it fails on a busy machine and proves nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

HERE = Path(__file__).parent
TOGETHER = ("workflow", "slurm", "real", "faults")  # each shares one finished study; the longest begin first


def of_test(nodeid: str) -> str:
    """Return what a test shares a process with: a folder that shares a study, else its file."""
    file = (ROOT / nodeid.partition("::")[0]).relative_to(HERE)
    return file.parts[0] if file.parts[0] in TOGETHER else str(file)


def pytest_collection_modifyitems(items):
    """Put the tests first that take longest, so that short ones fill what is left."""
    order = {name: place for place, name in enumerate(TOGETHER)}
    items.sort(key=lambda item: order.get(of_test(item.nodeid), len(order)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Deal tests out to processes (`pytest -n 2`) so that each study is made in one of them only."""
    from xdist.scheduler import LoadScopeScheduling

    class ByStudy(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return of_test(nodeid)

    config.option.loadscopereorder = False
    return ByStudy(config, log)


@pytest.fixture
def config() -> dict:
    """Return the effective config of the default study."""
    return load_config()


@pytest.fixture
def paper_config() -> dict:
    """Return the effective config of the paper's study."""
    return load_config("paper")
