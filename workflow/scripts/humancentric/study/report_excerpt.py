"""Reduce a study to what the report's jobs read, so that other changes do not run them again."""

from dataclasses import replace
from typing import Any

from humancentric.study import audit_grid
from humancentric.study.study import Config, Dataset, Row, Study


def audited_subjects(study: Study) -> dict[str, list[str]]:
    """Return {dataset: subjects that are read after masking}."""
    return {name: list(audit_grid.subjects(study, name)) for name in audit_grid.datasets(study)}


def excerpt(study: Study) -> dict[str, Any]:
    """Return the part of a study that tables, figures and report read, as a job's parameters (`Study.from_params`).

    Paths, options of training and the rows of other studies are left out, so that changing one redraws nothing.
    """
    protocols = {name: replace(study.protocols[name], row={}) for name in study.chosen_protocols}
    reduced = replace(
        study,
        datasets={name: _dataset(study.datasets[name]) for name in study.dataset_names},
        encoders={name: replace(row, row={}, seen_until="") for name, row in study.encoders.items()},
        protocols=protocols,
        detectors={name: _detector(row) for name, row in study.detectors.items()},
        prompts={},
        claims={name: {} for name in study.claims},
        audit={key: study.audit[key] for key in ("datasets", "detectors") if key in study.audit},
        tmdb={},
        downloads={},
        demo={},
    )
    return reduced.as_params()


def _dataset(row: Dataset) -> Dataset:
    """Return a dataset without what only earlier stages read."""
    keys = ("kind", "of", "ids") if row.is_subset else ("kind",)
    return Dataset(
        name=row.name,
        source={key: row.source[key] for key in keys},
        task=row.task,
        target=row.target,
        views={name: replace(view, column="") for name, view in row.views.items()},
        human_centric=row.human_centric,
        origin=row.origin,
        generated=row.generated,
        from_tmdb=row.from_tmdb,
        publish=row.publish,
        templates=row.templates,
        cluster=row.cluster,
    )


def _detector(row: Row) -> dict[str, Any]:
    """Return the keys that decide whether a detector is audited with and without white text."""
    found = {key: row[key] for key in ("kind", "of", "path") if key in row}
    return found | ({"white_text": True} if row.get("white_text") else {})


WHOLE = ("tmdb", "downloads", "demo")  # blocks without rows


def effective(config: Config, study: Study) -> dict[str, Any]:
    """Return the blocks of `config` with the rows of this study only, so that another row redraws nothing.

    Display names are left out: they are on the page.
    """
    datasets = _with_wholes(study, study.dataset_names)
    rows = [study.datasets[name] for name in datasets]
    used: dict[str, list[str]] = {
        "datasets": datasets,
        "encoders": study.encoder_names,
        "detectors": list(dict.fromkeys(v.detector for row in rows for v in row.masked_views.values())),
        "protocols": list(study.chosen_protocols),
        "prompts": list(dict.fromkeys(row.prompts for row in rows)),
    }
    blocks = {
        section: {name: config[section][name] for name in names if name in config.get(section, {})}
        for section, names in used.items()
    }
    return {"study": config["study"], **blocks, **{name: config[name] for name in WHOLE if name in config}}


def _with_wholes(study: Study, names: list[str]) -> list[str]:
    """Return datasets together with those that they are subsets of."""
    wholes = [study.datasets[name].origin for name in names]
    return list(dict.fromkeys([*names, *wholes]))
