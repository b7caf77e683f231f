"""Expand the grid of `study.specifications` (multiverse analysis): every way to fit a probe, as a protocol row."""

from dataclasses import replace
from itertools import product
from typing import Any

from humancentric.core.errors import UserError, require_known
from humancentric.study import claim_grid
from humancentric.study.study import VALIDATION, Row, Study

FIXED, TUNED, FULL = "fixed", "tuned", "full"
BY_ANGLE = ("knn",)  # kinds of probe that compare angles, which the lengths of raw features do not change
AXES = {  # key -> its default values
    "features": ("raw", "normalised", "standardised"),
    "options": (FIXED, TUNED),
    "widths": (FULL, 256),
}
MARGIN = 0.02  # default of the difference within which encoders count as equal


def by_angle(row: Row) -> bool:
    """Return whether a protocol's kind of probe compares angles."""
    return row.get("kind", "head") in BY_ANGLE


def _row(row: Row, options: str) -> dict[str, Any]:
    """Return a protocol's row with its grid and a selected threshold, or with its own options and one of 0.5."""
    if options == TUNED:
        return dict(row)
    fixed = {key: value for key, value in row.items() if key != "grid"}
    return fixed | ({"threshold": 0.5} if row["threshold"] == VALIDATION else {})


def specifications(study: Study) -> list[dict[str, Any]]:
    """Return the cells of the grid that exist: name, probe, features, options, width (None: all) and protocol row.

    A probe without a `grid` has no tuned cells. One that compares angles has none with raw features, whose scores would
    equal those with normalised ones.
    """
    chosen = study.specifications or {"probes": ()}
    values = [chosen["probes"], *(chosen.get(key, known) for key, known in AXES.items())]
    found = []
    for probe, features, options, width in product(*values):
        row = study.protocols[probe].row
        if (options == TUNED and "grid" not in row) or (by_angle(row) and features == "raw"):
            continue
        about = {"name": f"{probe}.{features}.{options}.{width}", "probe": probe, "features": features}
        about |= {"options": options, "width": None if width == FULL else width, "angles": by_angle(row)}
        found.append({**about, "row": _row(row, options)})
    return found


def features(study: Study, dataset: str) -> list[str]:
    """Return the features of a dataset whose probes the grid fits: single encoders, with `pairs` pairs as well."""
    pairs = (study.specifications or {}).get("pairs", False)
    return [name for name in claim_grid.features(study, dataset) if pairs or "+" not in name]


def cells(study: Study) -> list[tuple[str, str]]:
    """Return (dataset, features) of every cell that is fitted under all specifications."""
    if study.specifications is None:
        return []
    names = study.specifications.get("datasets", study.disjoint(study.classified))
    return [(name, cell) for name in study.classified if name in names for cell in features(study, name)]


def datasets(study: Study) -> list[str]:
    """Return the datasets with such cells."""
    return list(dict.fromkeys(name for name, _ in cells(study)))


def claims(study: Study) -> dict[str, Row]:
    """Return the claims that are judged under every specification: those named, else all on probes' test splits."""
    chosen = study.specifications or {}
    single = {
        name: row
        for name, row in study.claims.items()
        if row.get("task", "transfer") == "transfer" and (chosen.get("pairs") or row["cells"] != "pairs")
    }
    return {name: row for name, row in single.items() if name in chosen.get("claims", single)}


def excerpt(study: Study) -> dict[str, Any]:
    """Return the part of a study that verdicts under all specifications depend on, as the parameters of a job."""
    reduced = replace(
        study, claims=claims(study), trained=tuple(datasets(study)), controls={}, fewshot_only=()
    )
    return claim_grid.excerpt(reduced)


def check(study: Study) -> None:
    """Raise `UserError` if the specifications name what does not exist, or probes that cannot be compared."""
    chosen, path = study.specifications, "config: study.specifications"
    if chosen is None:
        return
    require_known(f"{path}.probes", chosen["probes"], study.protocols, "protocol")
    require_known(f"{path}.datasets", chosen.get("datasets", []), study.classified, "dataset of the study")
    require_known(f"{path}.claims", chosen.get("claims", []), study.claims, "claim of the study")
    lacking = next((name for name in chosen.get("claims", []) if name not in claims(study)), None)
    if lacking is not None:
        raise UserError(
            f"{path}.claims: {lacking!r} is not about {'probes' if chosen.get('pairs') else 'single encoders'} on a "
            "test split; take it out"
            + ("" if chosen.get("pairs") else ", or add pairs: true if it is about pairs")
        )
    rows = {name: study.protocols[name].row for name in chosen["probes"]}
    for name, row in rows.items():
        if study.protocols[name].prompted:
            raise UserError(
                f"{path}.probes: {name!r} needs class names, which not all encoders have; take it out"
            )
        if VALIDATION not in row:
            raise UserError(
                f"{path}.probes: {name!r} holds no validation samples out; add protocols.{name}.validation: "
                "{share: 0.1, seed: 0}"
            )
        first = next(iter(rows))
        if row[VALIDATION] != rows[first][VALIDATION]:
            raise UserError(
                f"{path}.probes: {name!r} and {first!r} hold other validation samples out; give both the same "
                "share and seed"
            )
    if not specifications(study):
        raise UserError(f"{path}: no cell of the grid exists; add fixed to options, or a grid to a probe")
