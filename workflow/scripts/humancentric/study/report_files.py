"""List the files of tables and figures that follow from a configuration alone; import nothing heavy."""

from collections.abc import Callable
from typing import Any

from humancentric.study import report_config, report_outputs, report_sections
from humancentric.study.study import Study

TABLE_KINDS = ("tex", "csv", "md")
FIGURE_KINDS = ("pdf", "png")
TABLES, FIGURES = "results/tables", "results/figures"


def excerpt(study: Study) -> dict[str, Any]:
    """Return what tables, figures and report read of the configuration, so that nothing else redraws them."""
    rows = {}
    for name in report_config.all_datasets(study):
        row = study.datasets[name]
        kept = {
            key: {k: view[k] for k in ("modality", "of") if k in view} for key, view in row["views"].items()
        }
        source = {"kind": row["source"]["kind"], "generated": report_config.generated(study, name)}
        source["tmdb"] = report_config.from_tmdb(study, name)
        source |= {key: row["source"][key] for key in ("of", "ids") if row["source"]["kind"] == "subset"}
        rows[name] = {"task": row["task"], "views": kept, "source": source}
        rows[name]["human_centric"] = bool(row.get("human_centric", True))
        rows[name]["publish"] = report_config.published(study, name)
        rows[name]["templates"] = report_config.template_sets(study, name)
    encoders = {
        name: {
            "modality": row["modality"],
            "family": report_config.family(study, name),
            "multimodal": bool(row.get("multimodal")),
        }
        for name, row in study.encoders.items()
    }
    chosen = {name: study["protocols"][name] for name in study.chosen_protocols}
    return {
        "study": dict(study["study"]),
        "protocols": {name: {"prompted": "prompts" in row} for name, row in chosen.items()},
        "datasets": rows,
        "encoders": encoders,
        "prompted": report_config.prompted(study),
        "labels": dict(config.get("labels", {})),
        "claims": report_config.claims(study),
        "audited": report_sections.audited_subjects(study),
    }


def table_names(study: Study) -> list[str]:
    """Return the names of the tables a study fills, in the order of the report."""
    return [table.name for table in report_outputs.placed(report_outputs.TABLES, study)]


def figure_names(study: Study) -> list[str]:
    """Return the names of the figures a study draws."""
    return [figure.name for figure in report_outputs.placed(report_outputs.FIGURES, study)]


def table_files(study: Study) -> list[str]:
    """Return the paths of all table files of a study, relative to the project."""
    return [f"{TABLES}/{name}.{kind}" for name in table_names(study) for kind in TABLE_KINDS]


def figure_files(study: Study) -> list[str]:
    """Return the paths of all figure files of a study, relative to the project."""
    return [f"{FIGURES}/{name}.{kind}" for name in figure_names(study) for kind in FIGURE_KINDS]


def audit_tables(study: Study) -> list[str]:
    """Return the paths of the tables of the masking audit, relative to the project."""
    return [
        f"{TABLES}/{name}.{kind}" for name in report_sections.audit_tables(study) for kind in TABLE_KINDS
    ]


def section_files(study: Study, exists: Callable[[str], bool]) -> list[str]:
    """Return the files that sections of the page read of their own: those the study asks for, and those there are."""
    return [
        path
        for section in report_sections.SECTIONS.values()
        for path in section.files(study)
        if section.asked(study) or exists(path)
    ]
