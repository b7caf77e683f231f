"""Reduce Snakemake's graph of rules to the graph in the readme, with related rules in one box.

`snakemake --rulegraph mermaid-js | python tests/support/readme_graph.py` prints the reduced graph.
"""

import re
import sys

import networkx

# Boxes and their rules, for the default study; any other rule gets its own box.
BOXES = {
    "generate": ("generate_movies", "generate_covers", "generate_tweets", "generate_objects"),
    "crawl_slice": ("crawl_slice",),
    "read_listing, merge_listing": ("read_listing", "merge_listing"),
    "read_images, fetch_posters": ("read_images", "fetch_posters"),
    "mask_images": ("mask_images",),
    "samples": ("samples",),
    "embed_images, embed_texts": ("embed_images", "embed_texts"),
    "transfer, fewshot": ("transfer", "fewshot"),
    "control, differences": ("control", "differences"),
    "embed_prompts, zeroshot": ("embed_prompts", "zeroshot", "time_encoder"),
    "chance": ("chance", "chance_of_control"),
    "scores": ("scores",),
    "claims": ("claims",),
    "card": ("card", "text_lengths", "contact_sheet"),
    "tables, figures, report": ("tables", "figures", "report", "paper_pdf"),
}
LEFT_OUT = ("all",)


def read(mermaid: str) -> networkx.DiGraph:
    """Parse the graph that Snakemake prints; an edge leads from a rule to a rule that needs its output."""
    names = dict(re.findall(r"^\s*(id\d+)\[(\w+)\]", mermaid, re.MULTILINE))
    graph = networkx.DiGraph()
    graph.add_nodes_from(names.values())
    for source, target in re.findall(r"^\s*(id\d+) --> (id\d+)", mermaid, re.MULTILINE):
        graph.add_edge(names[source], names[target])
    return graph


def boxed(graph: networkx.DiGraph) -> networkx.DiGraph:
    """Return the transitive reduction of the graph of boxes."""
    box = {rule: name for name, rules in BOXES.items() for rule in rules}
    small = networkx.DiGraph()
    for rule in graph:
        if rule not in LEFT_OUT:
            small.add_node(box.get(rule, rule))
    small.add_edges_from(
        (box.get(source, source), box.get(target, target))
        for source, target in graph.edges
        if not {source, target} & set(LEFT_OUT) and box.get(source, source) != box.get(target, target)
    )
    return networkx.transitive_reduction(small)


def drawn(graph: networkx.DiGraph) -> str:
    """Return the Mermaid block of the readme: a line per box with successors; a box is named at its first use."""
    order = [*(name for name in BOXES if name in graph), *sorted(set(graph) - set(BOXES))]
    named: set[str] = set()

    def box(name: str) -> str:
        number = order.index(name)
        if name in named:
            return str(number)
        named.add(name)
        return f'{number}["{name}"]'

    lines = ["```mermaid", "flowchart TB"]
    for name in order:
        ends = sorted(graph.successors(name), key=order.index)
        if ends:
            lines.append(f"    {box(name)} --> {' & '.join(map(box, ends))}")
    return "\n".join([*lines, "```"]) + "\n"


if __name__ == "__main__":
    print(drawn(boxed(read(sys.stdin.read()))), end="")
