"""A dataset's card as Markdown: what a person reads before trusting a number."""

from collections.abc import Iterable, Mapping
from typing import Any

from humancentric.dataset.cards.field_reference import (
    Facts,
    collected,
    decades,
    leakage,
    number,
    paper,
    pictures,
    texts,
)

Row = Iterable[Any]
NOTICE = (
    "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB."
)


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a Markdown table; every column but the first is set flush right."""
    head = list(head)
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def render(facts: Facts) -> str:
    """Return the card of the dataset with these facts."""
    blocks = [f"# {facts['dataset']}", _about(facts)]
    blocks += ["## Samples", _samples(facts)]
    if rows := paper(facts):
        blocks += ["## Beside the paper", table(("", "here", "paper"), rows)]
    blocks += [f"## Labels ({len(facts['labels'])})", _counted(facts, "label", facts["labels"])]
    if facts["years"]:
        years = facts["years"]
        blocks += ["## Release years", _counted(facts, "decade", decades(facts))]
        blocks.append(_folded(_counted(facts, "year", years), len(years)))
    if facts["texts"]:
        blocks += ["## Texts", table(*texts(facts))]
    if facts["pictures"]:
        blocks += ["## Pictures", table(*pictures(facts))]
    if facts["rejects"]:
        rows = ((f"{row['stage']}: {row['reason']}", number(row["samples"])) for row in facts["rejects"])
        blocks += ["## Rejects", table(("stage: reason", "samples"), rows)]
    if rows := collected(facts):
        blocks += ["## As it was listed", table(("what was counted", "number"), rows)]
    if rows := leakage(facts):
        blocks += [
            "## Leakage",
            table(("training samples and", "share", "pairs", "samples outside training"), rows),
        ]
    blocks += ["## Passing it on", _passing_on(facts)]
    return "\n\n".join(blocks) + "\n"


def _about(facts: Facts) -> str:
    words = {
        "Source": facts["source"],
        "Licence": facts["licence"],
        "Homepage": facts.get("homepage"),
        "Citation": facts.get("citation"),
        "Task": facts["task"],
        "Views": ", ".join(facts["views"]),
        "Split": facts["split"],
    }
    return "\n".join(f"- **{name}**: {value}" for name, value in words.items() if value)


def _samples(facts: Facts) -> str:
    counts = [("offered", facts["offered"]), ("rejected", facts["rejected"]), ("**used**", facts["samples"])]
    rows = [(name, number(count)) for name, count in [*counts, *facts["splits"].items()]]
    if facts["labels_per_sample"] is not None:
        rows.append(("labels a sample", number(facts["labels_per_sample"])))
    return table(("", "number"), rows)


def _counted(facts: Facts, what: str, counts: Mapping[str, Mapping[str, int]]) -> str:
    splits = list(facts["splits"])
    rows = (
        (name, *(number(by[split]) for split in splits), number(sum(by.values())))
        for name, by in counts.items()
    )
    return table((what, *splits, "all"), rows)


def _folded(text: str, lines: int) -> str:
    return f"<details><summary>{lines} years</summary>\n\n{text}\n\n</details>"


def _passing_on(facts: Facts) -> str:
    lines = [
        "Nothing of the pictures and texts is passed on with this card. `ids.parquet` beside it holds the id, the "
        "split and the sha256 of the picture of every sample, and may be shared.",
        f"sha256 of the sorted ids, one a line: `{facts['ids_sha256']}`",
    ]
    if facts["from_tmdb"]:
        lines.append(NOTICE)
    return "\n\n".join(lines)


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
