"""Configs with one value changed, the folder of their schemas, and the source of a user's table."""

import copy

from project import ROOT

OWN = {"kind": "table", "path": "a.csv", "id": "id", "labels": "l"}
SCHEMAS = ROOT / "workflow" / "schemas"


def changed(config: dict, path: str, value: object) -> dict:
    config = copy.deepcopy(config)
    *parents, key = path.split("/")
    row = config
    for parent in parents:
        row = row[parent]
    row[key] = value
    return config
