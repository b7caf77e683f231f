"""Which split a sample belongs to: said by its source, or made from ids and labels, never from the order of rows."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from humancentric.core.hashing import TEST, TRAIN, VALIDATION, check_names, hash_order, split_of

Splits = dict[str, str]  # id -> split


def hashed(ids: Sequence[str], test: float, validation: float = 0.0, seed: int = 0) -> Splits:
    """Return ``{id: split}`` by each id alone, so that no sample moves when others come or go."""
    return {sample: split_of(sample, test, validation, seed) for sample in ids}


def grouped(
    ids: Sequence[str], groups: Mapping[str, str], test: float, validation: float = 0.0, seed: int = 0
) -> Splits:
    """Return ``{id: split}`` by the group of each id, so that a group is on one side and no group moves.

    A sample that is not in `groups` is a group of its own, called by its id. The shares are shares of groups.
    """
    return {sample: split_of(groups.get(sample, sample), test, validation, seed) for sample in ids}


def stratified(
    ids: Sequence[str], strata: Sequence[str], test: float, validation: float = 0.0, seed: int = 0
) -> Splits:
    """Return ``{id: split}`` with the same shares of every stratum, drawn by a hash of seed and id."""
    members: dict[str, list[str]] = {}
    for sample, stratum in zip(ids, strata, strict=True):
        members.setdefault(stratum, []).append(sample)
    splits = {}
    for names in members.values():
        drawn = hash_order(names, seed)
        cuts = round(test * len(drawn)), round((test + validation) * len(drawn))
        for place, sample in enumerate(drawn):
            splits[sample] = TEST if place < cuts[0] else VALIDATION if place < cuts[1] else TRAIN
    return splits


def iterative(
    ids: Sequence[str],
    labels: Sequence[Sequence[str]],
    test: float,
    validation: float = 0.0,
    seed: int = 0,
) -> Splits:
    """Return ``{id: split}`` with nearly the same shares of every label, where a sample has several.

    Iterative stratification (Sechidis et al. 2011, as in the library ``iterstrat``): the rarest label first. Its draws
    depend on the order of samples, so they are put into the order of a hash of seed and id before.
    """
    from iterstrat.ml_stratifiers import IterativeStratification  # imports scikit-learn

    shares = {TEST: test, VALIDATION: validation, TRAIN: 1 - test - validation}
    shares = {name: share for name, share in shares.items() if share > 0}
    labels_of = dict(zip(ids, labels, strict=True))
    order = hash_order(ids, seed)
    column = {
        label: number for number, label in enumerate(sorted({label for row in labels for label in row}))
    }
    matrix = np.zeros((len(order), len(column)), dtype=bool)
    for row, sample in enumerate(order):
        matrix[row, [column[label] for label in labels_of[sample]]] = True
    folds = IterativeStratification(matrix, np.array(list(shares.values())), np.random.RandomState(seed))
    names = list(shares)
    return {sample: names[fold] for sample, fold in zip(order, folds, strict=True)}


def assign(
    frame: pl.DataFrame,
    split: dict | None,
    declared: Sequence[str] = (),
    place: str = "source",
    groups: Mapping[str, str] | None = None,
) -> pl.Series:
    """Return the split of every row of `frame` (id, labels, source_split, a column of groups) by a row's ``split``.

    Without a share for test the source's own split holds, and a share for validation is taken from its train split.
    With `groups` ({id: name of its group}) the split is drawn group by group.
    """
    made = split or {}
    own = frame["source_split"].fill_null(TRAIN)
    if "test" not in made:
        check_names(dict(own.value_counts().iter_rows()), declared, place)
    if not made:
        return own
    drawn = frame if "test" in made else frame.filter(own == TRAIN)
    shares = {"test": made.get("test", 0.0), "validation": made.get("validation", 0.0)}
    options = {**shares, "seed": made.get("seed", 0)}
    chosen = grouped(drawn["id"].to_list(), groups, **options) if groups else _draw(drawn, options, made)
    return pl.Series(
        [chosen.get(sample, name) for sample, name in zip(frame["id"], own, strict=True)], dtype=pl.String
    )


def _draw(frame: pl.DataFrame, options: dict, split: dict) -> Splits:
    ids = frame["id"].to_list()
    if "group" in split:
        return grouped(ids, _groups(frame, split["group"]), **options)
    if split.get("kind") == "stratified":
        return stratified(ids, ["|".join(sorted(names)) for names in frame["labels"].to_list()], **options)
    if split.get("kind") == "iterative":
        return iterative(ids, frame["labels"].to_list(), **options)
    return hashed(ids, **options)


def _groups(frame: pl.DataFrame, column: str) -> dict[str, str]:
    named = frame.select("id", group=pl.col(column).str.strip_chars()).filter(pl.col("group") != "")
    return dict(named.iter_rows())
