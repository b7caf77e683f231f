"""The files of tables and figures that follow from a configuration alone; imports nothing heavy."""

from typing import Any

from humancentric.reporting import study
from humancentric.reporting.study import Config

IN_PAPER = ("mvsa", "book-covers", "plotster")  # the rows that resources/paper_reference.json has tables of
TABLE_KINDS = ("tex", "csv", "md")
FIGURE_KINDS = ("pdf", "png")
TABLES, FIGURES = "results/tables", "results/figures"


def excerpt(config: Config) -> dict[str, Any]:
    """Return what tables, figures and report read of the configuration, so that nothing else redraws them."""
    rows = {}
    for name in study.all_datasets(config):
        row = config["datasets"][name]
        kept = {
            key: {k: view[k] for k in ("modality", "of") if k in view} for key, view in row["views"].items()
        }
        source = {"kind": row["source"]["kind"], "generated": study.generated(config, name)}
        source["tmdb"] = study.from_tmdb(config, name)
        rows[name] = {"task": row["task"], "views": kept, "source": source}
        rows[name]["human_centric"] = bool(row.get("human_centric", True))
        rows[name]["templates"] = study.template_sets(config, name)
    encoders = {
        name: {
            "modality": row["modality"],
            "family": study.family(config, name),
            "multimodal": bool(row.get("multimodal")),
        }
        for name, row in config["encoders"].items()
    }
    return {
        "study": dict(config["study"]),
        "datasets": rows,
        "encoders": encoders,
        "labels": dict(config.get("labels", {})),
    }


def table_names(config: Config) -> list[str]:
    """Return the names of the tables a study fills, in the order of the report."""
    names = []
    for dataset in study.datasets(config):
        names.append(dataset)
        if dataset in IN_PAPER:
            names.append(f"{dataset}-against-paper")
    if study.fewshot_datasets(config):
        names.append("fewshot")
    if study.zeroshot_datasets(config):
        names.append("zeroshot")
    if study.controls(config):
        names.append("control")
    if study.differing_controls(config):
        names.append("differences")
    return names


def figure_names(config: Config) -> list[str]:
    """Return the names of the figures a study draws."""
    drawn = {
        "fewshot": study.fewshot_datasets(config),
        "masking-effect": study.masked_datasets(config),
        "control": study.controls(config),
        "differences": study.differing_controls(config),
    }
    return [name for name, shown in drawn.items() if shown]


def table_files(config: Config) -> list[str]:
    """Return the paths of all table files of a study, relative to the project."""
    return [f"{TABLES}/{name}.{kind}" for name in table_names(config) for kind in TABLE_KINDS]


def figure_files(config: Config) -> list[str]:
    """Return the paths of all figure files of a study, relative to the project."""
    return [f"{FIGURES}/{name}.{kind}" for name in figure_names(config) for kind in FIGURE_KINDS]
