"""What the README shows is what the workflow is."""

import re

import readme_graph
from project import ROOT
from running import copy_project, snakemake

README = (ROOT / "README.md").read_text()


def test_the_rule_graph_is_current(tmp_path):
    project = copy_project(tmp_path / "project", results=False)
    printed = snakemake(project, "--rulegraph", "mermaid-js").stdout
    assert readme_graph.drawn(readme_graph.boxed(readme_graph.read(printed))) in README


def test_what_it_points_to_is_there():
    for path in re.findall(r"`((?:config|workflow|tests|resources|docs)/[\w./-]*\w)`", README):
        if not path.startswith(
            ("resources/book-covers", "resources/mvsa", "resources/east", "resources/weights")
        ):
            assert (ROOT / path).exists(), path
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).exists(), picture
