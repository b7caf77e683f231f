"""Which split a sample belongs to: said by its source, or made from ids and labels, never from the order of rows."""

import hashlib
from collections.abc import Mapping, Sequence

import polars as pl

from humancentric.errors import UserError, nearest
from humancentric.shards import TEST, TRAIN, VALIDATION, split_of


def stratified(
    ids: Sequence[str], strata: Sequence[str], test: float, validation: float = 0.0, seed: int = 0
) -> dict[str, str]:
    """Return ``{id: split}`` with the same shares of every stratum, drawn by a hash of seed and id."""
    members: dict[str, list[str]] = {}
    for sample, stratum in zip(ids, strata, strict=True):
        members.setdefault(stratum, []).append(sample)
    splits = {}
    for names in members.values():
        drawn = sorted(names, key=lambda sample: hashlib.sha256(f"{seed}:{sample}".encode()).hexdigest())
        cuts = round(test * len(drawn)), round((test + validation) * len(drawn))
        for place, sample in enumerate(drawn):
            splits[sample] = TEST if place < cuts[0] else VALIDATION if place < cuts[1] else TRAIN
    return splits


def check_names(counts: Mapping[str, int], declared: Sequence[str], place: str) -> None:
    """Raise `UserError` where ``{split: rows}`` has another name than train, test and the `declared` ones."""
    valid = [TRAIN, TEST, *declared]
    unknown = next((name for name in sorted(counts) if name not in valid), None)
    if unknown is not None:
        raise UserError(
            f"{place}: split {unknown!r} of {counts[unknown]} rows is not declared{nearest(unknown, valid)}; "
            "mend it, or add it to the `splits` of the dataset's row"
        )


def assign(
    frame: pl.DataFrame, split: dict | None, declared: Sequence[str] = (), place: str = "source"
) -> pl.Series:
    """Return the split of every row of `frame` (columns id, labels, source_split) by a dataset row's ``split``.

    Without a share for test the source's own split holds, and a share for validation is taken from its train split.
    """
    made = split or {}
    own = frame["source_split"].fill_null(TRAIN)
    if "test" not in made:
        check_names(dict(own.value_counts().iter_rows()), declared, place)
    if not made:
        return own
    drawn = frame if "test" in made else frame.filter(own == TRAIN)
    chosen = _draw(drawn, made.get("test", 0.0), made.get("validation", 0.0), made)
    return pl.Series(
        [chosen.get(sample, name) for sample, name in zip(frame["id"], own, strict=True)], dtype=pl.String
    )


def _draw(frame: pl.DataFrame, test: float, validation: float, split: dict) -> dict[str, str]:
    ids = frame["id"].to_list()
    if split.get("kind") == "stratified":
        strata = ["|".join(sorted(names)) for names in frame["labels"].to_list()]
        return stratified(ids, strata, test, validation, split.get("seed", 0))
    return {sample: split_of(sample, test, validation) for sample in ids}
