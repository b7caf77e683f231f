"""Reduce a config to what the report's jobs read, so that a change of anything else does not run them again."""

from typing import Any

from humancentric.study import audit_grid, catalogue, report_config
from humancentric.study.catalogue import Config


def audited_subjects(config: Config) -> dict[str, list[str]]:
    """Return {dataset: subjects that are read after masking}, of a config or of its excerpt."""
    if "audited" in config:
        return config["audited"]
    return {name: list(audit_grid.subjects(config, name)) for name in audit_grid.datasets(config)}


def excerpt(config: Config) -> dict[str, Any]:
    """Return what tables, figures and report read of the configuration, so that nothing else redraws them."""
    rows = {}
    for name in report_config.all_datasets(config):
        row = config["datasets"][name]
        views = {
            key: {k: view[k] for k in ("modality", "of") if k in view} for key, view in row["views"].items()
        }
        source = {"kind": row["source"]["kind"], "generated": report_config.generated(config, name)}
        source["tmdb"] = report_config.from_tmdb(config, name)
        source |= {key: row["source"][key] for key in ("of", "ids") if row["source"]["kind"] == "subset"}
        rows[name] = {"task": row["task"], "views": views, "source": source}
        rows[name]["human_centric"] = bool(row.get("human_centric", True))
        rows[name]["publish"] = report_config.published(config, name)
        rows[name]["templates"] = report_config.template_sets(config, name)
    encoders = {
        name: {
            "modality": row["modality"],
            "family": report_config.family(config, name),
            "multimodal": bool(row.get("multimodal")),
        }
        for name, row in config["encoders"].items()
    }
    chosen = {name: config["protocols"][name] for name in config["study"]["protocols"]}
    return {
        "study": dict(config["study"]),
        "protocols": {name: {"prompted": "prompts" in row} for name, row in chosen.items()},
        "datasets": rows,
        "encoders": encoders,
        "prompted": report_config.prompted(config),
        "labels": dict(config.get("labels", {})),
        "claims": report_config.claims(config),
        "audited": audited_subjects(config),
    }


WHOLE = ("tmdb", "downloads", "demo")  # blocks without rows


def effective(config: Config) -> dict[str, Any]:
    """Return the blocks of `config` with the rows of this study only, so that another row redraws nothing.

    Display names are left out: they are on the page.
    """
    chosen = config["study"]
    datasets = _with_wholes(config, report_config.all_datasets(config))
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
