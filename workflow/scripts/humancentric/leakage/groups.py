"""Groups of samples that must stay on one side of a split: those linked by equal or nearly equal content."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from humancentric.leakage.neighbours import pairs


def groups(
    ids: Sequence[str],
    keys: Iterable[Sequence[str | None]],
    phashes: Mapping[str, int] | None = None,
    distance: int = 0,
) -> dict[str, str]:
    """Return ``{id: smallest id of its group}``: the same whatever the order of `ids`.

    Two samples belong together where one of the `keys` (each one value a sample; None: no value) is the same, where
    their perceptual hashes are within `distance` bits, or where others link them.
    """
    names = sorted(set(ids))
    place = {name: number for number, name in enumerate(names)}
    links: list[tuple[int, int]] = []
    for column in keys:
        links += _equal([place[name] for name in ids], column)
    known = {name: value for name, value in (phashes or {}).items() if name in place}
    values, first = np.unique(np.array(list(known.values()), np.uint64), return_index=True)
    owners = [place[name] for name in known]
    links += _equal(owners, list(known.values()))
    left, right, _ = pairs(values, distance)
    heads = np.array(owners, np.int64)[first]
    links += zip(heads[left].tolist(), heads[right].tolist(), strict=True)
    rows, columns = np.array(links, np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(names), len(names)))
    _, component = connected_components(graph, directed=False)
    smallest: dict[int, str] = {}
    for name, number in zip(names, component.tolist(), strict=True):
        smallest.setdefault(number, name)
    return {name: smallest[number] for name, number in zip(names, component.tolist(), strict=True)}


def _equal(places: Sequence[int], values: Sequence[object | None]) -> list[tuple[int, int]]:
    """Return a link from every sample to the first one with the same value."""
    first: dict[object, int] = {}
    return [
        (first.setdefault(value, place), place)
        for place, value in zip(places, values, strict=True)
        if value is not None
    ]
