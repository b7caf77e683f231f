"""The graph of the rules: read back as it was stored, in layers, without what follows from other edges."""

from hypothesis import given
from hypothesis import strategies as st

from humancentric.core.files import write_json
from humancentric.report.page import job_records
from humancentric.report.page.job_records import RuleGraph

JOBS = {"crawl": 3, "samples": 1, "embed": 2, "transfer": 9, "report": 1}
EDGES = {("crawl", "samples"), ("samples", "embed"), ("embed", "transfer"), ("transfer", "report")}
LONG = {("samples", "transfer"), ("samples", "report")}  # follow from the others


def test_a_run_is_read_back_without_the_rule_that_does_nothing(tmp_path):
    pairs = [*EDGES, ("report", "all"), ("embed", "embed")]
    rules = [name for name, count in JOBS.items() for _ in range(count)]
    write_json(tmp_path / "graph.json", job_records.graph_record(pairs, [*rules, "all"]))
    found = job_records.read_graph(tmp_path / "graph.json")
    assert (dict(found.jobs), found.edges) == (JOBS, EDGES)
    assert found.read_by("embed") == ["samples"]
    assert job_records.read_graph(tmp_path / "none.json") is None


def test_edges_that_follow_from_others_are_left_out():
    found = RuleGraph(JOBS, frozenset(EDGES | LONG))
    assert found.layers() == [["crawl"], ["samples"], ["embed"], ["transfer"], ["report"]]
    assert found.reduced().edges == EDGES
    assert found.read_by("report") == ["samples", "transfer"]
    assert found.reduced().read_by("report") == ["transfer"]


NAMES = st.integers(0, 11).map("rule_{}".format)


@given(st.sets(st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] < pair[1]), max_size=30))
def test_every_rule_comes_once_and_after_all_that_it_reads(edges):
    jobs = dict.fromkeys([name for edge in edges for name in edge] or ["alone"], 2)
    graph = RuleGraph(jobs, frozenset(edges))
    layers = graph.layers()
    assert sorted(name for layer in layers for name in layer) == sorted(jobs)
    level = {name: number for number, layer in enumerate(layers) for name in layer}
    assert all(level[source] < level[reader] for source, reader in edges)
    assert graph.reduced().layers() == layers  # a longest path never uses an edge that follows from others


def test_rules_that_read_each_other_share_a_layer_and_keep_their_edges():
    """As for a subset: its samples are chosen from those of its whole, by jobs of the same rule."""
    cycle = {("samples", "subset_listing"), ("subset_listing", "samples")}
    implied = {("crawl", "subset_listing"), ("crawl", "report")}  # the first as much as ("crawl", "samples")
    edges = cycle | implied | {("crawl", "samples"), ("samples", "report")}
    graph = RuleGraph(dict.fromkeys([name for edge in edges for name in edge], 1), frozenset(edges))
    assert graph.layers() == [["crawl"], ["samples", "subset_listing"], ["report"]]
    assert graph.reduced().edges == edges - {("crawl", "report")}
    assert "r2 --> r3" in RuleGraph(dict.fromkeys(sorted(graph.jobs), 1), graph.reduced().edges).mermaid()


def test_mermaid_text_has_every_rule_and_edge():
    text = RuleGraph({"crawl": 3, "end": 1}, frozenset({("crawl", "end")})).mermaid()
    assert text.splitlines() == ["flowchart TD", '  r0["crawl (3)"]', '  r1["end (1)"]', "  r0 --> r1"]
