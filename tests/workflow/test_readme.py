"""What the README shows is what the workflow is."""

import re

from project import ROOT
from running import copy_project, snakemake

README = (ROOT / "README.md").read_text()


def edges_shown() -> set[tuple[str, str]]:
    graph = re.search(r"```mermaid\n(.*?)```", README, re.DOTALL)[1]
    rows = re.findall(r"(\w[\w &]*) --> ([\w &]+)", graph)
    return {
        (one, other) for starts, ends in rows for one in starts.split(" & ") for other in ends.split(" & ")
    }


def test_the_rule_graph_is_current(tmp_path):
    project = copy_project(tmp_path / "project", results=False)
    drawn = snakemake(project, "--rulegraph", "mermaid-js").stdout
    names = dict(re.findall(r"(id\d+)\[(\w+)\]", drawn))
    edges = {(names[start], names[end]) for start, end in re.findall(r"(id\d+) --> (id\d+)", drawn)}
    with_paper = "paper_pdf" in names.values()
    assert edges == {edge for edge in edges_shown() if with_paper or "paper_pdf" not in edge}


def test_what_it_points_to_is_there():
    for path in re.findall(r"`((?:config|workflow|tests|resources|docs)/[\w./-]*\w)`", README):
        if not path.startswith(
            ("resources/book-covers", "resources/mvsa", "resources/east", "resources/weights")
        ):
            assert (ROOT / path).exists(), path
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).exists(), picture


def test_the_readme_stays_short():
    assert len(README.splitlines()) <= 180
