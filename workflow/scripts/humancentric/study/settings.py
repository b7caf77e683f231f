"""Settings that change how a stage works but not its result.

A script reads these from the config and not from its parameters, so that a change does not run the stage again. They
stand apart from the rest of the study for the same reason: what this module imports is part of the scripts' code.
"""

from collections.abc import Mapping
from typing import Any

from humancentric.core.errors import MIN_MATCH

Config = Mapping[str, Any]
Settings = Mapping[str, Any]


def tmdb_settings(config: Config) -> Settings:
    """Return how TMDb is queried: URLs, sizes, rates, days; see ``tmdb.schema.yaml``."""
    return config.get("tmdb", {})


def download_settings(config: Config) -> Settings:
    """Return the limits of downloads from other hosts; see ``downloads.schema.yaml``."""
    return config.get("downloads", {})


def min_match(config: Config) -> float:
    """Return the share of ids, paths or texts that must match samples; below it a stage stops."""
    return config.get("study", {}).get("min_match", MIN_MATCH)


def shards_of(config: Config, dataset: str) -> int:
    """Return the number of shards of a dataset's pictures."""
    return config["datasets"][dataset]["shards"]


def detector_name(config: Config, dataset: str, view: str) -> str:
    """Return the name of the detector of a masked view."""
    return config["datasets"][dataset]["views"][view]["detector"]
