"""The rules of a run and what they read of each other, in layers from the first to the last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from humancentric import files

SWEEPS = 8  # over all layers, down and up, that put rules below the middle of what they read
HIDDEN = "all"  # the rule that only names the others' results


@dataclass(frozen=True)
class RuleGraph:
    """Jobs by rule, and (read, reader) pairs of rules."""

    jobs: Mapping[str, int]
    edges: frozenset[tuple[str, str]]

    def read_by(self, rule: str) -> list[str]:
        """Return the rules whose results a rule reads."""
        return sorted(source for source, reader in self.edges if reader == rule)


@dataclass(frozen=True)
class Layers:
    """Rules by layer, and edges as chains through all layers between: a place that no rule takes is a number."""

    rows: list[list[Any]]
    chains: list[list[Any]]


def facts(pairs: Iterable[tuple[str, str]], rules: Iterable[str]) -> dict[str, Any]:
    """Return the graph as JSON of (read, reader) pairs of jobs' rules and the rule of every job."""
    jobs: dict[str, int] = {}
    for rule in rules:
        jobs[rule] = jobs.get(rule, 0) + 1
    edges = sorted({(source, reader) for source, reader in pairs if source != reader})
    return {"jobs": dict(sorted(jobs.items())), "edges": [list(edge) for edge in edges]}


def read(path: str | Path) -> RuleGraph | None:
    """Return the graph that a run left behind; None where it left none."""
    if not Path(path).is_file():
        return None
    found = files.read_json(path)
    jobs = {name: count for name, count in found["jobs"].items() if name != HIDDEN}
    return RuleGraph(
        jobs, frozenset((a, b) for a, b in map(tuple, found["edges"]) if a in jobs and b in jobs)
    )


def layers(graph: RuleGraph) -> Layers:
    """Return the rules in layers: each below all that it reads, ordered so that few edges cross.

    Edges that follow from others are left out (transitive reduction, networkx). Layers by longest path, dummy places
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
    """Sort every layer by the mean place of its neighbours in the layer before, then after, a few times."""
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
