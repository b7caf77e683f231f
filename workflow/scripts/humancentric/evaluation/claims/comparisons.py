"""Find the cells that a claim compares: its encoders in the datasets and views of a study."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from humancentric.study import claim_grid as planned
from humancentric.study.claim_grid import task_of
from humancentric.study.study import RATED, Study

Row = Mapping[str, Any]
# by kind of control: the values of `is_subset` that it includes
CONTROLS = {"every": (True, False), "temporal": (False,), "subset": (True,)}
# by kind of dataset: the values of `human_centric` that it includes
KINDS = {"every": (True, False), RATED: (True, False), "human-centric": (True,), "objects": (False,)}


@dataclass(frozen=True)
class Cell:
    """One feature set of a dataset under a task: probes on a test split or a control, or few-shot."""

    task: str
    dataset: str
    features: str


@dataclass(frozen=True)
class Best:
    """The best of several cells of one population, selected without the items that it is scored on."""

    cells: tuple[Cell, ...]


Term = tuple[float, Cell | Best]
Terms = tuple[Term, ...]  # a weighted sum of mean scores


@dataclass(frozen=True)
class Group:
    """Features of one dataset: those that a claim is about, and the rivals they are compared with."""

    dataset: str
    setting: str  # views, and the encoder that all pairs share
    ours: tuple[str, ...]  # features
    rivals: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """One contrast of a claim: weighted sums of scores, one for every rival, that are judged together."""

    datasets: tuple[str, ...]
    setting: str
    ours: str
    rivals: tuple[str, ...]
    sums: tuple[Terms, ...]
    references: tuple[Terms, ...] = ()  # for `order`: the same leads before, which define the order
    constant: float = 0.0  # a published score that every sum is compared with

    def cells(self) -> list[Cell]:
        """Return the distinct cells of all sums."""
        parts = [part for terms in (*self.sums, *self.references) for _, part in terms]
        flat = [cell for part in parts for cell in (part.cells if isinstance(part, Best) else (part,))]
        return list(dict.fromkeys(flat))


def names_of(row: Row, study: Study) -> list[str]:
    """Return the datasets that a claim is about: those that it lists, else all that share no samples.

    Rated datasets are included only if the claim lists them or says so.
    """
    chosen, rows = row.get("datasets", "every"), study.datasets
    names = planned.datasets(study, task_of(row))
    if task_of(row) == "control":
        wanted = CONTROLS[row.get("controls", "temporal")]
        names = [name for name in names if rows[name].is_subset in wanted]
    if isinstance(chosen, list):
        return [name for name in names if name in chosen]
    if task_of(row) != "control":
        names = study.disjoint(names)
    if isinstance(chosen, dict):
        names = [name for name in names if name not in chosen["except"]]
        chosen = chosen.get("of", "every")
    names = [name for name in names if rows[name].is_rated == (chosen == RATED)]
    return [name for name in names if rows[name].human_centric in KINDS[chosen]]


def role(row: Row, key: str, default: str, modality: str, study: Study) -> list[str]:
    """Return the encoders of a modality that a key of a claim (`ours`, `rivals`, `beside`) selects."""
    chosen = row.get(key, default)
    names = list(study.image_encoders if modality == "image" else study.text_encoders)
    if isinstance(chosen, list):
        return [name for name in names if name in chosen]
    if isinstance(chosen, dict):
        return [name for name in names if name not in chosen["except"]]
    multimodal = [name for name in names if study.encoders[name].multimodal]
    return {"every": names, "multimodal": multimodal, "unimodal": [n for n in names if n not in multimodal]}[
        chosen
    ]


def views_of(row: Row, study: Study, dataset: str, modality: str) -> list[str]:
    """Return the views of a dataset that a claim is about: those that it names, else all without known boxes."""
    found = study.datasets[dataset].views_of(modality)
    if "views" in row:
        return [view for view in found if view in row["views"]]
    return [view for view in found if planned.looks_at_text(study, dataset, view)]


def groups(row: Row, study: Study, ours: str = "multimodal", rivals: str = "unimodal") -> Iterator[Group]:
    """Yield the features that a claim compares, by dataset and view."""
    for dataset in names_of(row, study):
        known = set(planned.features(study, dataset, task_of(row)))
        found = _pairs if row["cells"] == "pairs" else _singles
        for whole in found(row, study, dataset, ours, rivals):
            kept = [
                tuple(f for f in side if planned.serves(study, dataset, f))
                for side in (whole.ours, whole.rivals)
            ]
            group = Group(dataset, whole.setting, *kept)
            if {*group.ours, *group.rivals} <= known and group.ours:
                yield group


def _singles(row: Row, study: Study, dataset: str, ours: str, rivals: str) -> Iterator[Group]:
    modality = row["cells"]
    sides = [
        role(row, key, default, modality, study) for key, default in (("ours", ours), ("rivals", rivals))
    ]
    for view in views_of(row, study, dataset, modality):
        yield Group(dataset, view, *(tuple(f"{view}.{name}" for name in side) for side in sides))


def _pairs(row: Row, study: Study, dataset: str, ours: str, rivals: str) -> Iterator[Group]:
    compare = row.get("compare", "both")
    image, other_image = (role(row, k, d, "image", study) for k, d in (("ours", ours), ("rivals", rivals)))
    text, other_text = (role(row, k, d, "text", study) for k, d in (("ours", ours), ("rivals", rivals)))
    views = product(*(views_of(row, study, dataset, modality) for modality in ("image", "text")))
    for seen, read in views:
        if compare == "image":
            for name in role(row, "beside", "every", "text", study):
                sides = ([f"{seen}.{e}+{read}.{name}" for e in side] for side in (image, other_image))
                yield Group(dataset, f"{seen}+{read}.{name}", *map(tuple, sides))
        elif compare == "text":
            for name in role(row, "beside", "every", "image", study):
                sides = ([f"{seen}.{name}+{read}.{e}" for e in side] for side in (text, other_text))
                yield Group(dataset, f"{seen}.{name}+{read}", *map(tuple, sides))
        else:
            every = product([*image, *other_image], [*text, *other_text])
            others = [pair for pair in every if pair[0] not in image or pair[1] not in text]
            names = [(a, b) for a in image for b in text if study.encoders[a].text in (None, b)]
            sides = ([f"{seen}.{a}+{read}.{b}" for a, b in side] for side in (names, others))
            yield Group(dataset, f"{seen}+{read}", *map(tuple, sides))
