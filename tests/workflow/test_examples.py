"""Every example of the guides has a plan that ends with the page."""

import copy
import re

import pytest
import yaml

from project import ROOT, merge
from running import copy_project, dry_run, planned_jobs

GUIDES = ("README.md", "config/README.md")
EXAMPLES = [
    yaml.safe_load(text)
    for guide in GUIDES
    for text in re.findall(r"```yaml\n(.*?)```", (ROOT / guide).read_text(encoding="utf-8"), re.DOTALL)
]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of the project without results, with the lists of ids that the examples name."""
    folder = copy_project(tmp_path_factory.mktemp("examples") / "project", results=False)
    for place in ("comedies.txt", "resources/mangolin/ids.txt"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text("".join(f"{number}\n" for number in range(1, 1000, 2)))
    (folder / "no-text").mkdir()  # pictures of an audit
    return folder


def write(folder, config):
    (folder / "mine.yaml").write_text(yaml.safe_dump(config))
    return "--configfile", "mine.yaml"


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_has_a_plan(project, number):
    config: dict = {}
    for example in EXAMPLES[: number + 1]:  # a later one may build on an earlier one
        merge(config, copy.deepcopy(example))
    jobs = planned_jobs(dry_run(project, *write(project, config)).stdout)
    assert jobs["report"] == 1
