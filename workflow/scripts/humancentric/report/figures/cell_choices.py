"""Choose the cells of figures that have no room for all: the best of each kind."""

from collections.abc import Iterable

from humancentric.report.score_cells import Scores
from humancentric.study.report_config import KINDS, of_kind
from humancentric.study.study import Study


def best(scores: Scores, study: Study, dataset: str, features: Iterable[str]) -> str | None:
    """Return the `features` with the highest mean headline score, the first if tied; None if none was run."""
    cells = {name: scores.transfer(study, dataset, name) for name in features}
    ran = [name for name, cell in cells.items() if cell]
    return max(ran, key=lambda name: cells[name].mean, default=None)


def best_of_each(scores: Scores, study: Study, dataset: str) -> dict[str, str | None]:
    """Return the best features of every kind that a dataset has, None if none of a kind was run."""
    found = {kind: of_kind(study, dataset, kind) for kind in KINDS}
    return {kind: best(scores, study, dataset, names) for kind, names in found.items() if names}
