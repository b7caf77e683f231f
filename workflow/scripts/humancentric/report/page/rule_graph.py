"""Lay out the rules of a run in layers, and draw them as inline SVG."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from markupsafe import Markup

from humancentric.core import files

SWEEPS = 8  # passes over all layers, alternately up and down, of the barycentre heuristic
HIDDEN = "all"  # the target rule, which only collects the others' results


@dataclass(frozen=True)
class RuleGraph:
    """Number of jobs by rule, and edges as (source, reader) pairs of rules."""

    jobs: Mapping[str, int]
    edges: frozenset[tuple[str, str]]

    def read_by(self, rule: str) -> list[str]:
        """Return the rules whose output `rule` reads."""
        return sorted(source for source, reader in self.edges if reader == rule)


@dataclass(frozen=True)
class Layers:
    """Rules by layer, and edges as chains through the layers between; dummy nodes are integers."""

    rows: list[list[Any]]
    chains: list[list[Any]]


def facts(pairs: Iterable[tuple[str, str]], rules: Iterable[str]) -> dict[str, Any]:
    """Return the graph for JSON, from (source, reader) pairs of jobs' rules and the rule of every job."""
    jobs: dict[str, int] = {}
    for rule in rules:
        jobs[rule] = jobs.get(rule, 0) + 1
    edges = sorted({(source, reader) for source, reader in pairs if source != reader})
    return {"jobs": dict(sorted(jobs.items())), "edges": [list(edge) for edge in edges]}


def read(path: str | Path) -> RuleGraph | None:
    """Read the graph that a run stored; return None if there is none."""
    if not Path(path).is_file():
        return None
    found = files.read_json(path)
    jobs = {name: count for name, count in found["jobs"].items() if name != HIDDEN}
    return RuleGraph(
        jobs, frozenset((a, b) for a, b in map(tuple, found["edges"]) if a in jobs and b in jobs)
    )


def layers(graph: RuleGraph) -> Layers:
    """Return the rules in layers, each below all rules that it reads, ordered so that few edges cross.

    Redundant edges are left out (transitive reduction, networkx). Layering by longest path, dummy nodes
    and the barycentre heuristic are those of Sugiyama et al. 1981, doi:10.1109/TSMC.1981.4308636.
    """
    import networkx

    whole = networkx.DiGraph(sorted(graph.edges))
    whole.add_nodes_from(sorted(graph.jobs))
    reduced = networkx.transitive_reduction(whole)
    rows: list[list[Any]] = [sorted(row) for row in networkx.topological_generations(reduced)]
    level = {rule: number for number, row in enumerate(rows) for rule in row}
    chains, free = [], 0
    for source, reader in sorted(reduced.edges):
        chain: list[Any] = [source]
        for number in range(level[source] + 1, level[reader]):
            rows[number].append(free)
            chain.append(free)
            free += 1
        chains.append([*chain, reader])
    _order(rows, chains)
    return Layers(rows, chains)


def _order(rows: list[list[Any]], chains: list[list[Any]]) -> None:
    """Sort every layer, in place, by the mean position of its neighbours in the previous, then the next layer."""
    above: dict[Any, list[Any]] = {}
    below: dict[Any, list[Any]] = {}
    for chain in chains:
        for one, other in pairwise(chain):
            above.setdefault(other, []).append(one)
            below.setdefault(one, []).append(other)
    for sweep in range(SWEEPS):
        neighbours = below if sweep % 2 else above
        for row in reversed(rows) if sweep % 2 else rows:
            place = {name: (index + 0.5) / len(layer) for layer in rows for index, name in enumerate(layer)}
            row.sort(
                key=lambda name, near=neighbours, at=place: _mean([at[n] for n in near.get(name, [name])])
            )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


LETTER, PADDING, HEIGHT = 7.3, 11, 40  # pixels: width of a letter, padding beside a name, height of a box
ACROSS, DOWN = 16, 34  # pixels between boxes of a layer, and between layers
FREE = 10  # width of a dummy node
ROUNDS = 6  # iterations of moving boxes towards their neighbours


def svg(graph: RuleGraph) -> Markup:
    """Return the graph as an SVG element of its natural size, with a title and description for screen readers."""
    found = layers(graph)
    middle, width = _middles(found)
    height = len(found.rows) * (HEIGHT + DOWN) - DOWN + 4
    top = {name: 2 + number * (HEIGHT + DOWN) for number, row in enumerate(found.rows) for name in row}
    lines = Markup("").join(_edge(chain, middle, top) for chain in found.chains)
    boxes = Markup("\n").join(
        _box(rule, count, middle[rule], top[rule]) for rule, count in graph.jobs.items()
    )
    return Markup(
        '<svg class="graph" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="graph-title graph-about" '
        'width="{0}" height="{1}" viewBox="0 0 {0} {1}"><title id="graph-title">Rules of this run</title>'
        '<desc id="graph-about">{2} rules from the sources at the top to this page at the bottom; a line leads from '
        "a rule to one that reads its results. The list below the picture says the same.</desc>\n{3}\n{4}</svg>"
    ).format(round(width), height, len(graph.jobs), lines, boxes)


def _width(name: Any) -> float:
    return LETTER * len(name) + 2 * PADDING if isinstance(name, str) else FREE


def _middles(found: Layers) -> tuple[dict[Any, float], float]:
    """Return the horizontal centre of every node, and the width of the drawing."""
    near: dict[Any, list[Any]] = {}
    for chain in found.chains:
        for one, other in pairwise(chain):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    middle: dict[Any, float] = {}
    for row in found.rows:
        start = -sum(_width(name) + ACROSS for name in row) / 2
        for name in row:
            middle[name] = start + _width(name) / 2
            start += _width(name) + ACROSS
    for turn in range(ROUNDS):
        for row in reversed(found.rows) if turn % 2 else found.rows:
            wanted = [sum(middle[n] for n in near[k]) / len(near[k]) if k in near else middle[k] for k in row]
            _apart(row, wanted, middle)
    left = min(middle[name] - _width(name) / 2 for row in found.rows for name in row)
    right = max(middle[name] + _width(name) / 2 for row in found.rows for name in row)
    return {name: at - left + 2 for name, at in middle.items()}, right - left + 4


def _apart(row: list[Any], wanted: list[float], middle: dict[Any, float]) -> None:
    """Move the nodes of a layer as close to `wanted` as their order and widths allow; update `middle`."""
    room = [(_width(a) + _width(b)) / 2 + ACROSS for a, b in pairwise(row)]
    right, left = wanted[:], wanted[:]
    for index, gap in enumerate(room):
        right[index + 1] = max(right[index + 1], right[index] + gap)
    for index, gap in reversed(list(enumerate(room))):
        left[index] = min(left[index], left[index + 1] - gap)
    for name, one, other in zip(row, left, right, strict=True):
        middle[name] = (one + other) / 2


def _edge(chain: list[Any], middle: dict[Any, float], top: dict[Any, float]) -> Markup:
    start, *rest = chain
    path = [f"M{middle[start]:.0f} {top[start] + HEIGHT}"]
    at, bottom = middle[start], top[start] + HEIGHT
    for name in rest:
        half = DOWN / 2
        to, above = middle[name], top[name]
        path.append(f"C{at:.0f} {bottom + half:.0f} {to:.0f} {above - half:.0f} {to:.0f} {above}")
        at, bottom = to, above + HEIGHT
        if not isinstance(name, str):
            path.append(f"V{bottom}")
    return Markup('<path d="{}"/>').format("".join(path))


def _box(rule: str, count: int, middle: float, top: float) -> Markup:
    width = _width(rule)
    jobs = f"{count} job{'s' if count != 1 else ''}"
    return Markup(
        '<rect x="{:.0f}" y="{}" width="{:.0f}" height="{}" rx="7"/>'
        '<text x="{:.0f}" y="{}">{}</text><text class="jobs" x="{:.0f}" y="{}">{}</text>'
    ).format(middle - width / 2, top, width, HEIGHT, middle, top + 17, rule, middle, top + 32, jobs)
