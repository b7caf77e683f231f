"""The root folder of the project under test, and the effective configs of its studies."""

from pathlib import Path

import yaml

from humancentric.study.validation import plain

ROOT = Path(__file__).parents[2]
CATALOGUE = ("datasets", "encoders", "detectors", "protocols", "prompts", "claims", "config")


def merge(base: dict, overlay: dict) -> dict:
    """Merge `overlay` into `base` as Snakemake does: mappings by key, everything else replaced; return `base`."""
    for key, value in overlay.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merge(base[key], value)
        else:
            base[key] = value
    return base


def load_config(*overlays: str) -> dict:
    """Return the default config merged with the named files of config/."""
    config: dict = {}
    for name in (*CATALOGUE, *overlays):
        merge(config, yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text()))
    return plain(config)
