"""Every example in config/README.md is a valid overlay of the default config."""

import copy
import re

import pytest
import yaml

from humancentric.core.registry import kinds
from humancentric.sources.kinds import kind_of
from humancentric.study.validation import plain, validate
from project import ROOT, merge

EXAMPLES = re.findall(r"```yaml\n(.*?)```", (ROOT / "config" / "README.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_examples_are_valid(config, number):
    effective = copy.deepcopy(config)
    for example in EXAMPLES[: number + 1]:  # a later one may build on an earlier one
        merge(effective, plain(yaml.safe_load(example)))
    validate(effective, ROOT / "workflow" / "schemas")


def test_every_kind_of_own_data_has_an_example():
    rows = [row for example in EXAMPLES for row in yaml.safe_load(example).get("datasets", {}).values()]
    own = {kind for kind in kinds("humancentric.sources.kinds") if kind_of({"kind": kind}).published is None}
    assert {row["source"]["kind"] for row in rows if "source" in row} >= own
