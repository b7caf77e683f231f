"""The project under test: where it is, and its studies' effective configs."""

from pathlib import Path

import yaml

from humancentric.study.validation import plain

ROOT = Path(__file__).parents[2]
CATALOGUE = ("datasets", "encoders", "detectors", "protocols", "prompts", "claims", "config")


def merge(base: dict, overlay: dict) -> dict:
    """Merge as Snakemake does: mappings key by key, everything else replaced."""
    for key, value in overlay.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merge(base[key], value)
        else:
            base[key] = value
    return base


def load_config(*overlays: str) -> dict:
    config: dict = {}
    for name in (*CATALOGUE, *overlays):
        merge(config, yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text()))
    return plain(config)
