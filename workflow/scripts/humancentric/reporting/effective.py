"""The configuration that a study ran with: its own block, and the rows of the catalogue that it uses."""

from typing import Any

from humancentric.config import catalogue
from humancentric.reporting import study
from humancentric.reporting.study import Config

WHOLE = ("tmdb", "downloads", "demo")  # blocks without rows


def effective(config: Config) -> dict[str, Any]:
    """Return the blocks of `config` with the rows of this study only, so that another row redraws nothing.

    Display names are left out: they are on the page.
    """
    chosen = config["study"]
    datasets = _with_wholes(config, study.all_datasets(config))
    encoders = [
        *(chosen.get("image_encoders") or []),
        *(chosen.get("text_encoders") or []),
        *(chosen.get("chance") or []),
    ]
    partners = catalogue.partners(config)
    encoders += [partners[name] for name in chosen.get("zeroshot") or [] if name in partners]
    views = [view for name in datasets for view in config["datasets"][name]["views"].values()]
    used = {
        "datasets": datasets,
        "encoders": list(dict.fromkeys(encoders)),
        "detectors": list(dict.fromkeys(view["detector"] for view in views if "detector" in view)),
        "protocols": list(chosen["protocols"]),
        "prompts": list(dict.fromkeys(config["datasets"][n].get("prompts", "default") for n in datasets)),
    }
    rows = {
        section: {name: config[section][name] for name in names if name in config.get(section, {})}
        for section, names in used.items()
    }
    return {"study": chosen, **rows, **{name: config[name] for name in WHOLE if name in config}}


def _with_wholes(config: Config, names: list[str]) -> list[str]:
    """Return datasets and those that they are subsets of."""
    wholes = [config["datasets"][name]["source"].get("of") for name in names]
    return list(dict.fromkeys([*names, *filter(None, wholes)]))
