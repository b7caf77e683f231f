"""Assign samples to splits: those of the source, or by hashes of ids, (iterative) stratification, or groups."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from humancentric.core.errors import MIN_MATCH, check_match, shown
from humancentric.core.hashing import TEST, TRAIN, VALIDATION, check_names, hash_order, split_of

Splits = dict[str, str]  # id -> split


def hashed(
    ids: Sequence[str],
    test: float,
    validation: float = 0.0,
    seed: int = 0,
    groups: Mapping[str, str] | None = None,
) -> Splits:
    """Return ``{id: split}`` by a hash of each id, so that no sample moves when others are added or removed.

    With `groups` ({id: name of its group}), the names are hashed instead, so that a group stays in one split. The
    shares are then shares of groups.
    """
    names = groups or {}
    return {sample: split_of(names.get(sample, sample), test, validation, seed) for sample in ids}


def stratified(
    ids: Sequence[str], strata: Sequence[str], test: float, validation: float = 0.0, seed: int = 0
) -> Splits:
    """Return ``{id: split}`` with the same shares of every stratum, in the order of a hash of seed and id."""
    members: dict[str, list[str]] = {}
    for sample, stratum in zip(ids, strata, strict=True):
        members.setdefault(stratum, []).append(sample)
    splits = {}
    for names in members.values():
        ordered = hash_order(names, seed)
        ends = round(test * len(ordered)), round((test + validation) * len(ordered))
        for position, sample in enumerate(ordered):
            splits[sample] = TEST if position < ends[0] else VALIDATION if position < ends[1] else TRAIN
    return splits


def iterative(
    ids: Sequence[str],
    labels: Sequence[Sequence[str]],
    test: float,
    validation: float = 0.0,
    seed: int = 0,
) -> Splits:
    """Return ``{id: split}`` with nearly the same shares of every label, for samples with several labels.

    Uses the iterative stratification of Sechidis et al. (2011) in the library ``iterstrat``. Its draws depend on the
    order of the samples, which are therefore sorted by a hash of seed and id first.
    """
    from iterstrat.ml_stratifiers import IterativeStratification
    from sklearn.preprocessing import MultiLabelBinarizer

    shares = {TEST: test, VALIDATION: validation, TRAIN: 1 - test - validation}
    shares = {name: share for name, share in shares.items() if share > 0}
    labels_of = dict(zip(ids, labels, strict=True))
    order = hash_order(ids, seed)
    matrix = MultiLabelBinarizer().fit_transform([labels_of[sample] for sample in order]).astype(bool)
    folds = IterativeStratification(matrix, np.array(list(shares.values())), np.random.RandomState(seed))
    names = list(shares)
    return {sample: names[fold] for sample, fold in zip(order, folds, strict=True)}


def assign(
    frame: pl.DataFrame,
    split: dict | None,
    declared: Sequence[str] = (),
    name: str = "source",
    groups: Mapping[str, str] | None = None,
    least: float = MIN_MATCH,
) -> pl.Series:
    """Return the split of every row of `frame` (id, labels, source_split, a column of groups) by a row's ``split``.

    Without a share for test, the source's own splits are used, and a share for validation is taken from train. With
    `groups` ({id: name of its group}), groups are split instead of samples. Raises `UserError` if less than the share
    `least` of the samples has a value in the row's column of groups.
    """
    split_row = split or {}
    own = frame["source_split"].fill_null(TRAIN)
    if "test" not in split_row:
        check_names(dict(own.value_counts().iter_rows()), declared, name)
    if not split_row:
        return own
    divided = frame if "test" in split_row else frame.filter(own == TRAIN)
    shares = {"test": split_row.get("test", 0.0), "validation": split_row.get("validation", 0.0)}
    options = {**shares, "seed": split_row.get("seed", 0)}
    ids = divided["id"].to_list()
    if groups or "group" in split_row:
        chosen = hashed(ids, groups=groups or _groups(divided, split_row["group"], name, least), **options)
    elif split_row.get("kind") == "stratified":
        strata = ["|".join(sorted(names)) for names in divided["labels"].to_list()]
        chosen = stratified(ids, strata, **options)
    elif split_row.get("kind") == "iterative":
        chosen = iterative(ids, divided["labels"].to_list(), **options)
    else:
        chosen = hashed(ids, **options)
    return pl.Series(
        [chosen.get(sample, source) for sample, source in zip(frame["id"], own, strict=True)], dtype=pl.String
    )


def _groups(frame: pl.DataFrame, column: str, name: str, least: float) -> dict[str, str]:
    group = pl.col(column).str.normalize("NFC").str.strip_chars().fill_null("")
    pairs = frame.select("id", group=group)
    named, empty = pairs.filter(pl.col("group") != ""), pairs.filter(pl.col("group") == "")
    given, lacking = (shown(names.head(3).to_list()) for names in (named["group"], empty["id"]))
    facts = f"{name}: {{count}} samples have a value in column {column!r} (split.group), "
    facts += f"e.g. {given}; empty for {lacking}" if given else f"it is empty for {lacking}"
    check_match(len(named), len(frame), least, facts, "name another column")
    return dict(named.iter_rows())
