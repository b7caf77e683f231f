"""Build the contrasts of each kind of claim."""

from collections.abc import Iterator
from itertools import combinations

from humancentric.evaluation.claims.comparisons import (
    Best,
    Cell,
    Comparison,
    Row,
    Terms,
    groups,
    names_of,
    role,
    views_of,
)
from humancentric.study import claim_grid as planned
from humancentric.study.claim_grid import task_of
from humancentric.study.feature_sets import split_features
from humancentric.study.study import Study


def lead(task: str, datasets: tuple[str, ...], one: str, other: str) -> Terms:
    """Return the mean over datasets of the difference between two feature sets."""
    share = 1 / len(datasets)
    return tuple(
        (sign * share, Cell(task, dataset, name))
        for dataset in datasets
        for sign, name in ((1, one), (-1, other))
    )


def against_rivals(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield ours minus every rival: in each dataset, or with `average` over all datasets that have these features."""
    task = task_of(row)
    found: dict[tuple[str, str, tuple[str, ...], str], list[str]] = {}
    for group in groups(row, study):
        for ours in group.ours if group.rivals else ():
            key = (group.setting, ours, group.rivals, "" if row.get("average") else group.dataset)
            found.setdefault(key, []).append(group.dataset)
    for (setting, ours, rivals, _), with_all in found.items():
        names = study.disjoint(with_all)  # no sample counts twice in a mean
        sums = tuple(lead(task, tuple(names), ours, rival) for rival in rivals)
        yield Comparison(tuple(names), setting, ours, rivals, sums)


def among_all(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield one contrast per dataset and view: all pairs of the encoders that a claim is about."""
    for group in groups(row, study, ours="every"):
        if len(group.ours) > 1:
            sums = tuple(lead(task_of(row), (group.dataset,), *pair) for pair in combinations(group.ours, 2))
            yield Comparison((group.dataset,), group.setting, group.ours[0], group.ours[1:], sums)


Pair = tuple[Cell, Cell]  # before and after
# datasets, setting, cells by encoder or by pair of encoders
Sides = tuple[tuple[str, ...], str, dict[str, Pair]]


def _sides(row: Row, study: Study) -> Iterator[Sides]:
    """Yield pairs of cells before and after: on a masked view's baseline and on it, or on a dataset and its control."""
    task, modality = task_of(row), "image" if row["cells"] == "pairs" else row["cells"]
    for dataset in names_of(row, study):
        known = [n for n in planned.features(study, dataset, task) if planned.serves(study, dataset, n)]
        views, parent = views_of(row, study, dataset, modality), study.controls.get(dataset, dataset)
        earlier = {view: _before(row, study, dataset, view) for view in views}
        if task == "control":
            earlier = {view: view for view in views if view in study.datasets[parent].views}
        found: dict[str, dict[str, Pair]] = {}
        for name in known:
            (view, encoder), *text = split_features(name)
            before = earlier.get(view)
            other = "+".join([f"{before}.{encoder}", *(".".join(part) for part in text)])
            if (
                before is None
                or len(text) != (row["cells"] == "pairs")
                or (before != view and other not in known)
            ):
                continue
            setting = "+".join([view, *(part[0] for part in text)])
            pair = (Cell("transfer" if task == "control" else task, parent, other), Cell(task, dataset, name))
            found.setdefault(setting, {})["+".join([encoder, *(part[1] for part in text)])] = pair
        for setting, cells in found.items():
            yield (dataset,) if parent == dataset else (parent, dataset), setting, cells


def _before(row: Row, study: Study, dataset: str, view: str) -> str | None:
    """Return the view that a masked view is compared with: the unmasked one, or random boxes of equal area."""
    masked = study.datasets[dataset].masked_views
    if view not in masked:
        return None
    if row.get("baseline", "unmasked") == "unmasked":
        return masked[view].of
    rows = {name: study.detectors.get(other.detector, {}) for name, other in masked.items()}
    random = [n for n, d in rows.items() if d.get("kind") == "random-boxes" and d.get("of") == view]
    return next(iter(random), None)


def drops(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield before minus after of every encoder, or of every pair of encoders."""
    chosen = {modality: role(row, "ours", "every", modality, study) for modality in ("image", "text")}
    for datasets, setting, cells in _sides(row, study):
        for names, (before, after) in cells.items():
            if all(name in chosen[study.encoders[name].modality] for name in names.split("+")):
                yield Comparison(datasets, setting, before.features, (), (((1.0, before), (-1.0, after)),))


def lead_drops(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield every lead of ours over the rivals before minus after; with `own`, the score of ours as well.

    Without that part, a lead may be lower after only because the rivals were worse before.
    """
    ours, rivals = (
        role(row, key, default, row["cells"], study)
        for key, default in (("ours", "multimodal"), ("rivals", "unimodal"))
    )
    for datasets, setting, cells in _sides(row, study):
        measured_rivals = [name for name in rivals if name in cells]
        for name in (name for name in ours if name in cells and measured_rivals):
            sums = tuple(
                tuple(
                    (weight, cell)
                    for weight, cell in zip(
                        (1.0, -1.0, -1.0, 1.0), (*cells[name], *cells[rival]), strict=True
                    )
                )
                for rival in measured_rivals
            )
            if row.get("own"):
                sums += (tuple(zip((1.0, -1.0), cells[name], strict=True)),)
            sides = (cells[name][0].features, tuple(cells[rival][0].features for rival in measured_rivals))
            yield Comparison(datasets, setting, *sides, sums)


def orders(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield all pairwise leads between encoders, before and after, as one contrast."""
    chosen = role(row, "ours", "every", row["cells"], study)
    for datasets, setting, found in _sides(row, study):
        cells = [pair for name, pair in found.items() if name in chosen]
        pairs = list(combinations(cells, 2))
        if pairs:
            before, after = (
                tuple(((1.0, left[side]), (-1.0, right[side])) for left, right in pairs) for side in (0, 1)
            )
            names = [cell.features for cell, _ in cells]
            yield Comparison(datasets, setting, names[0], tuple(names[1:]), after, before)


def above_value(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield every score of ours minus a published one."""
    for group in groups({**row, "rivals": []}, study):
        for name in group.ours:
            sums = (((1.0, Cell(task_of(row), group.dataset, name)),),)
            yield Comparison((group.dataset,), group.setting, name, (), sums, constant=row["value"])


def replacements(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield the leads of ours over the rivals in all settings as one contrast."""
    found = [
        (group, ours, rival) for group in groups(row, study) for ours in group.ours for rival in group.rivals
    ]
    if found:
        sums = tuple(lead(task_of(row), (group.dataset,), ours, rival) for group, ours, rival in found)
        datasets = tuple(dict.fromkeys(group.dataset for group, _, _ in found))
        rivals = tuple(dict.fromkeys(rival for _, _, rival in found))
        yield Comparison(datasets, "all settings", found[0][1], rivals, sums)


def interactions(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield the lead over the best rival on human-centric datasets minus that on the others, each dataset equal."""
    rows = study.datasets
    found: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for group in groups(row, study):
        if group.rivals and group.setting not in rows[group.dataset].masked_views:
            for ours in group.ours:
                found.setdefault((group.setting, ours, group.rivals), []).append(group.dataset)
    for (setting, ours, rivals), names in found.items():
        human = [name for name in names if rows[name].human_centric]
        objects = [name for name in names if not rows[name].human_centric]
        if human and objects:
            terms: list = []
            for sign, side in ((1.0, human), (-1.0, objects)):
                for name in side:
                    best = Best(tuple(Cell(task_of(row), name, rival) for rival in rivals))
                    terms.append((sign / len(side), Cell(task_of(row), name, ours)))
                    terms.append((-sign / len(side), best))
            yield Comparison((*human, *objects), setting, ours, rivals, (tuple(terms),))


KINDS = {
    "best": against_rivals,
    "above": above_value,
    "most": replacements,
    "not-above": against_rivals,
    "equivalent": against_rivals,
    "indistinct": among_all,
    "lower": drops,
    "lead-lower": lead_drops,
    "order": orders,
    "interaction": interactions,
}


def comparisons(row: Row, study: Study) -> list[Comparison]:
    """Return the contrasts of a claim; empty if the study has no cells for it."""
    return list(KINDS[row["kind"]](row, study))
