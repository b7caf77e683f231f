"""Fixtures shared by all tests, and how tests are dealt out where several processes run them."""

from pathlib import Path

import pytest
from hypothesis import settings

from project import load_config

# A deadline is a timing assertion: it fails on a busy machine and proves nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

HERE = Path(__file__).parent
# Groups of tests that share an expensive session fixture; the longest groups begin first.
FINISHED, SLURM = "finished study", "SLURM"
LONG = ("real", "faults", "workflow")


def pytest_configure(config):
    """Make each expensive fixture in one process only where there are several (`pytest -n 2`), in the order below."""
    if getattr(config.option, "numprocesses", None):
        config.option.dist = "loadgroup"
        config.option.loadscopereorder = False  # else groups are sorted by their number of tests


def group_of(item: pytest.Item) -> str:
    """Return the group that a test shares a process with: those that use one study or one SLURM, else its file."""
    folder = item.path.relative_to(HERE).parts[0]
    if "finished" in item.fixturenames:
        return FINISHED
    if "cluster" in item.fixturenames or folder == "slurm":
        return SLURM
    crawls = folder == "faults" and "films" in item.fixturenames
    return folder if folder == "real" or crawls else str(item.path.relative_to(HERE))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config, items):
    """Give every test its group for `--dist loadgroup`, and put those first that take longest."""
    order = {name: number for number, name in enumerate((FINISHED, SLURM, *LONG))}

    def position(item: pytest.Item) -> int:
        group = group_of(item)
        return order.get(group, order.get(group.partition("/")[0], len(order)))

    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            item.add_marker(pytest.mark.xdist_group(group_of(item)))
    items.sort(key=position)
    skip_without_card(items)


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
