"""Read the records of a run's jobs: cost and throughput from benchmark files, and the graph of the rules."""

import csv
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from humancentric.core import files, tables


@dataclass(frozen=True)
class Job:
    """One job: rule, name, wall-clock seconds, CPU seconds and peak memory (MiB); nan where unknown."""

    rule: str
    name: str
    seconds: float
    processor: float
    memory: float


@dataclass(frozen=True)
class Cost:
    """Total cost of the jobs of one rule.

    The jobs with a known number of items processed `items` in `counted` seconds.
    """

    rule: str
    jobs: int
    seconds: float
    longest: float
    processor: float
    memory: float
    items: int = 0
    counted: float = 0.0

    @property
    def rate(self) -> float:
        """Return the items per second of job time; nan if none were counted."""
        return self.items / self.counted if self.items and self.counted else math.nan


def jobs(folder: str | Path, foreign: Collection[str] = ()) -> list[Job]:
    """Read the benchmark files ``folder/<rule>/....tsv``, one job each; skip jobs of datasets in `foreign`."""
    root, found = Path(folder), []
    for path in sorted(root.rglob("*.tsv")):
        rule, *rest = path.relative_to(root).with_suffix("").parts
        name = "/".join(rest)
        if name.split("/")[0] not in foreign:
            found += [Job(rule, name, *numbers) for numbers in _rows(path)]
    return found


def _rows(path: Path) -> Iterator[tuple[float, float, float]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            try:
                yield float(row["s"]), _number(row.get("cpu_time")), _number(row.get("max_rss"))
            except (KeyError, TypeError, ValueError):
                continue  # a killed job leaves a truncated file without costs


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:  # Snakemake writes NA or - if it could not measure
        return math.nan


def costs(found: Iterable[Job], items: Callable[[Job], int] = lambda job: 0) -> list[Cost]:
    """Return the cost of every rule, most expensive first; `items` returns the samples of a job (0: unknown)."""
    grouped: dict[str, list[Job]] = {}
    for job in found:
        grouped.setdefault(job.rule, []).append(job)
    rows = []
    for rule, members in grouped.items():
        counts = [items(job) for job in members]
        rows.append(
            Cost(
                rule=rule,
                jobs=len(members),
                seconds=sum(job.seconds for job in members),
                longest=max(job.seconds for job in members),
                processor=_known(sum, (job.processor for job in members)),
                memory=_known(max, (job.memory for job in members)),
                items=sum(counts),
                counted=sum(job.seconds for job, count in zip(members, counts, strict=True) if count),
            )
        )
    return sorted(rows, key=lambda cost: (-cost.seconds, cost.rule))


def slowest(found: Iterable[Job], number: int = 10) -> list[Job]:
    """Return the `number` longest jobs."""
    return sorted(found, key=lambda job: (-job.seconds, job.rule, job.name))[:number]


def measures(folder: str | Path, foreign: Collection[str] = ()) -> list[dict[str, Any]]:
    """Read the measurements ``folder/<rule>/....json`` of embedding jobs; skip those of datasets in `foreign`."""
    root, found = Path(folder), []
    for path in sorted(root.rglob("*.json")):
        rule, *rest = path.relative_to(root).with_suffix("").parts
        if rest and rest[0] not in foreign:
            found.append({"rule": rule, "name": "/".join(rest), **files.read_json(path)})
    return found


def _known(together: Callable, values: Iterable[float]) -> float:
    return together(found) if (found := [value for value in values if not math.isnan(value)]) else math.nan


# Output of each rule with the samples of a job, relative to results/<dataset>/; {rest} is the rest of the job's name.
WRITTEN = {
    "crawl_slice": "crawl/{rest}.parquet",
    "fetch_posters": "images/standard/{rest}.parquet",
    "fetch_images": "images/standard/{rest}.parquet",
    "read_images": "images/standard/{rest}.parquet",
    "subset_images": "images/standard/{rest}.parquet",
    "hash_images": "hashes/{rest}.parquet",
    "mask_images": "images/{rest}.parquet",
    "mask_images_again": "images/{rest}.parquet",
    "embed_images": "embeddings/{rest}/*.parquet",
    "embed_texts": "embeddings/{rest}/*.parquet",
}
MADE_APART = ("embed_images", "embed_texts")  # further splits: jobs named ``view.encoder.split``
TOGETHER = ("train.parquet", "test.parquet")  # splits written by one job of these rules


def counter(results: str | Path) -> Callable[[Job], int]:
    """Return a function that counts the samples a job wrote below `results`; it returns 0 where unknown."""
    return lambda job: _written(Path(results), job)


def _written(results: Path, job: Job) -> int:
    dataset, _, rest = job.name.partition("/")
    if job.rule not in WRITTEN or not rest:
        return 0
    pattern = WRITTEN[job.rule]
    if job.rule in MADE_APART and rest.count(".") == 2:
        part, _, split = rest.rpartition(".")
        paths = [results / dataset / "embeddings" / part / f"{split}.parquet"]
    else:
        paths = list((results / dataset).glob(pattern.format(rest=rest)))
        if job.rule in MADE_APART:
            paths = [path for path in paths if path.name in TOGETHER]
    return sum(tables.length(path) for path in paths if path.is_file())


HIDDEN = "all"  # the target rule, which only collects the results of others


@dataclass(frozen=True)
class RuleGraph:
    """Number of jobs by rule, and edges as (source, reader) pairs of rules."""

    jobs: Mapping[str, int]
    edges: frozenset[tuple[str, str]]

    def read_by(self, rule: str) -> list[str]:
        """Return the rules whose output `rule` reads."""
        return sorted(source for source, reader in self.edges if reader == rule)

    def layers(self) -> list[list[str]]:
        """Return the rules in topological layers: each reads results of earlier layers, or of its own."""
        import networkx

        members, condensed = self._condensed()
        generations = networkx.topological_generations(condensed)
        return [sorted(rule for number in layer for rule in members[number]) for layer in generations]

    def reduced(self) -> "RuleGraph":
        """Return the graph without the edges that follow from others (transitive reduction).

        Edges between rules that read each other are kept.
        """
        import networkx

        members, condensed = self._condensed()
        component = {rule: number for number, rules in members.items() for rule in rules}
        kept = networkx.transitive_reduction(condensed).edges
        ends = {(a, b): (component[a], component[b]) for a, b in self.edges}
        edges = [
            edge for edge, (source, reader) in ends.items() if source == reader or (source, reader) in kept
        ]
        return RuleGraph(self.jobs, frozenset(edges))

    def mermaid(self) -> str:
        """Return the graph as a Mermaid flowchart, with the number of jobs of every rule."""
        number = {rule: index for index, rule in enumerate(self.jobs)}
        nodes = (f'  r{number[rule]}["{rule} ({count})"]' for rule, count in self.jobs.items())
        arrows = (f"  r{number[source]} --> r{number[reader]}" for source, reader in sorted(self.edges))
        return "\n".join(["flowchart TD", *nodes, *arrows])

    def _condensed(self):
        """Return the rules by component, and the acyclic graph of the components.

        Jobs have no cycles, but rules may: the samples of a subset are chosen from those of the whole dataset.
        """
        import networkx

        graph = networkx.DiGraph(sorted(self.edges))
        graph.add_nodes_from(sorted(self.jobs))
        condensed = networkx.condensation(graph)
        return dict(condensed.nodes(data="members")), condensed


def graph_record(pairs: Iterable[tuple[str, str]], rules: Iterable[str]) -> dict[str, Any]:
    """Return the graph for JSON, from (source, reader) pairs of rules and the rule of every job."""
    edges = sorted({(source, reader) for source, reader in pairs if source != reader})
    return {"jobs": dict(sorted(Counter(rules).items())), "edges": [list(edge) for edge in edges]}


def read_graph(path: str | Path) -> RuleGraph | None:
    """Read the rule graph that a run stored; return None if there is none."""
    if not Path(path).is_file():
        return None
    found = files.read_json(path)
    jobs = {name: count for name, count in found["jobs"].items() if name != HIDDEN}
    edges = frozenset((a, b) for a, b in map(tuple, found["edges"]) if a in jobs and b in jobs)
    return RuleGraph(jobs, edges)
