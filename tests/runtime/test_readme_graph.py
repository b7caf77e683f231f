import pytest

from readme_graph import boxed, drawn, read

PRINTED = """
flowchart TB
\tid0[all]
\tid1[generate_movies]
\tid2[generate_covers]
\tid3[crawl_slice]
\tid4[new]
\tid5[samples]
\tstyle id0 fill:#D95757,stroke-width:2px,color:#333333
\tid1 --> id3
\tid2 --> id3
\tid3 --> id4
\tid1 --> id4
\tid4 --> id5
\tid5 --> id0
"""


def test_boxes_stand_for_rules_and_implied_edges_are_left_out():
    graph = boxed(read(PRINTED))
    assert set(graph.edges) == {("generate", "crawl_slice"), ("crawl_slice", "new"), ("new", "samples")}
    assert drawn(graph) == (
        '```mermaid\nflowchart TB\n    0["generate"] --> 1["crawl_slice"]\n    1 --> 3["new"]\n'
        '    3 --> 2["samples"]\n```\n'
    )


@pytest.mark.parametrize("word", ["all", "id0", "style"])
def test_what_every_rule_leads_to_is_not_drawn(word):
    assert word not in drawn(boxed(read(PRINTED)))
