"""The contrasts of each kind of claim."""

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
    task_of,
    views_of,
)
from humancentric.study import claim_grid as planned
from humancentric.study.study import Study


def lead(task: str, datasets: tuple[str, ...], one: str, other: str) -> Terms:
    """Return the mean difference between two feature sets over some datasets."""
    share = 1 / len(datasets)
    return tuple(
        (sign * share, Cell(task, dataset, name))
        for dataset in datasets
        for sign, name in ((1, one), (-1, other))
    )


def against_rivals(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield ours against all rivals: in every dataset, or with `average` over the datasets where all are there."""
    task = task_of(row)
    found: dict[tuple[str, str, tuple[str, ...], str], list[str]] = {}
    for group in groups(row, study):
        for ours in group.ours if group.rivals else ():
            key = (group.setting, ours, group.rivals, "" if row.get("average") else group.dataset)
            found.setdefault(key, []).append(group.dataset)
    for (setting, ours, rivals, _), every in found.items():
        names = planned.disjoint(study, every)  # one mean has no sample twice
        sums = tuple(lead(task, tuple(names), ours, rival) for rival in rivals)
        yield Comparison(tuple(names), setting, ours, rivals, sums)


def among_all(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield all pairs of the encoders that a claim is about as one contrast, in every dataset and view."""
    for group in groups(row, study, ours="every"):
        if len(group.ours) > 1:
            sums = tuple(lead(task_of(row), (group.dataset,), *pair) for pair in combinations(group.ours, 2))
            yield Comparison((group.dataset,), group.setting, group.ours[0], group.ours[1:], sums)


def _sides(row: Row, study: Study) -> Iterator[tuple[tuple[str, ...], str, list[tuple[Cell, Cell]]]]:
    """Yield (datasets, setting, cells before and after, one pair an encoder): masked, or on later samples."""
    task, modality = task_of(row), row["cells"]
    encoders = role(row, "ours", "every", modality, study)
    for dataset in names_of(row, study):
        features = planned.features(study, dataset, task)
        known = {name for name in features if planned.serves(study, dataset, name)}
        views = views_of(row, study, dataset, modality)
        if task == "control":
            parent = study.controls[dataset]
            kept = [view for view in views if view in study.datasets[parent].views]
            for view in kept:
                names = [f"{view}.{encoder}" for encoder in encoders if f"{view}.{encoder}" in known]
                cells = [(Cell("transfer", parent, name), Cell(task, dataset, name)) for name in names]
                yield (parent, dataset), view, cells
            continue
        masked = study.datasets[dataset].masked_views
        for view in (view for view in views if view in masked):
            cells = [
                (Cell(task, dataset, f"{masked[view].of}.{name}"), Cell(task, dataset, f"{view}.{name}"))
                for name in encoders
                if {f"{masked[view].of}.{name}", f"{view}.{name}"} <= known
            ]
            yield (dataset,), view, cells


def drops(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield before minus after of every encoder: a view and what was made from it, a dataset and its control."""
    for datasets, setting, cells in _sides(row, study):
        for before, after in cells:
            yield Comparison(datasets, setting, before.features, (), (((1.0, before), (-1.0, after)),))


def orders(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield the leads among all encoders, before and after, as one contrast."""
    for datasets, setting, cells in _sides(row, study):
        pairs = list(combinations(cells, 2))
        if pairs:
            before, after = (
                tuple(((1.0, one[side]), (-1.0, other[side])) for one, other in pairs) for side in (0, 1)
            )
            names = [cell.features for cell, _ in cells]
            yield Comparison(datasets, setting, names[0], tuple(names[1:]), after, before)


def interactions(row: Row, study: Study) -> Iterator[Comparison]:
    """Yield ours minus the best rival, on human-centric datasets minus on the others, every dataset weighing alike."""
    rows = study.datasets
    found: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for group in groups(row, study):
        if group.rivals and group.setting not in rows[group.dataset].masked_views:
            for ours in group.ours:
                found.setdefault((group.setting, ours, group.rivals), []).append(group.dataset)
    for (setting, ours, rivals), names in found.items():
        names = planned.disjoint(study, names)
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
    "not-above": against_rivals,
    "equivalent": against_rivals,
    "indistinct": among_all,
    "lower": drops,
    "order": orders,
    "interaction": interactions,
}


def comparisons(row: Row, study: Study) -> list[Comparison]:
    """Return the contrasts of a claim in a study; none where the study has nothing that it speaks of."""
    return list(KINDS[row["kind"]](row, study))
