"""The picture of the rules: every rule in a layer below what it reads, every box in its place, every line told."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from humancentric.core.files import write_json
from humancentric.report.page import rule_graph
from humancentric.report.page.rule_graph import RuleGraph

JOBS = {"crawl": 3, "samples": 1, "embed": 2, "transfer": 9, "report": 1}
EDGES = {("crawl", "samples"), ("samples", "embed"), ("embed", "transfer"), ("transfer", "report")}
LONG = {("samples", "transfer"), ("samples", "report")}  # follow from the others


def test_a_run_is_read_back_without_the_rule_that_does_nothing(tmp_path):
    pairs = [*EDGES, ("report", "all"), ("embed", "embed")]
    rules = [name for name, count in JOBS.items() for _ in range(count)]
    write_json(tmp_path / "graph.json", rule_graph.facts(pairs, [*rules, "all"]))
    found = rule_graph.read(tmp_path / "graph.json")
    assert (dict(found.jobs), found.edges) == (JOBS, EDGES)
    assert found.read_by("embed") == ["samples"]
    assert rule_graph.read(tmp_path / "none.json") is None


def test_lines_that_follow_from_others_are_left_out():
    found = rule_graph.layers(RuleGraph(JOBS, frozenset(EDGES | LONG)))
    assert found.rows == [["crawl"], ["samples"], ["embed"], ["transfer"], ["report"]]
    assert {tuple(chain) for chain in found.chains} == EDGES


def test_a_line_that_skips_a_layer_has_a_place_of_its_own():
    edges = {("a", "b"), ("b", "c"), ("d", "c")}
    found = rule_graph.layers(RuleGraph(dict.fromkeys("abcd", 1), frozenset(edges)))
    assert [chain for chain in found.chains if chain[0] == "d"] == [["d", 0, "c"]]
    assert 0 in found.rows[1]


NAMES = st.integers(0, 11).map("rule_{}".format)


@given(st.sets(st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] < pair[1]), max_size=30))
def test_boxes_never_overlap_and_lines_lead_down(edges):
    jobs = dict.fromkeys([name for edge in edges for name in edge] or ["alone"], 2)
    graph = RuleGraph(jobs, frozenset(edges))
    level = {name: number for number, row in enumerate(rule_graph.layers(graph).rows) for name in row}
    assert all(level[source] < level[reader] for source, reader in edges)
    drawn = rule_graph.svg(graph)
    boxes = re.findall(r'<rect x="(-?\d+)" y="(\d+)" width="(\d+)"', drawn)
    assert len(boxes) == len(jobs)
    width = int(re.search(r'viewBox="0 0 (\d+)', drawn)[1])
    rows: dict[str, list[tuple[int, int]]] = {}
    for x, y, length in boxes:
        assert 0 <= int(x) <= width - int(length)
        rows.setdefault(y, []).append((int(x), int(length)))
    for row in rows.values():
        assert all(one[0] + one[1] < other[0] for one, other in pairwise(sorted(row)))


def test_names_are_escaped_and_the_picture_is_told():
    drawn = rule_graph.svg(RuleGraph({"a<b": 1, "c": 2}, frozenset({("a<b", "c")})))
    assert "a&lt;b" in drawn
    assert "1 job<" in drawn
    assert "2 jobs<" in drawn
    assert 'role="img" aria-labelledby="graph-title graph-about"' in drawn
