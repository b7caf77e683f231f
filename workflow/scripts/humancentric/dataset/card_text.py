"""Format the facts of a dataset as rows of text, for its card in Markdown and for the report page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from humancentric.core.escaping import markdown

Facts = dict[str, Any]  # returned by `card_facts.facts`
Row = tuple[str, ...]
Table = tuple[Row, Sequence[Row]]  # heading, rows
DASH = "\N{EN DASH}"
WORDS = {
    "ids_given": "ids given",
    "ids_unknown": "ids that TMDb does not know",
    "ids_not_listed": "ids that the whole dataset does not have",
    "total_results": "films counted by the service",
    "films": "films listed",
    "repeated": "returned more than once",
    "malformed": "records without an id",
    "requests": "pages requested",
    "shortfall": "counted but never returned",
    "ties 0.5": "pairs voted exactly between negative and neutral",
    "ties 1.5": "pairs voted exactly between neutral and positive",
    "halves": "exact halves are rounded",
}
KINDS = {
    "same-id": "the same id",
    "same-picture": "the same picture",
    "near-picture": "nearly the same picture",
}


def number(value: float | str | None) -> str:
    """Format a number with thousands separators and at most two decimals, None as a dash; text is unchanged."""
    if value is None or isinstance(value, str):
        return value or DASH
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def paper(facts: Facts) -> Sequence[Row]:
    """Return (name, our number, the paper's number) for every number of the dataset in the paper."""
    published = facts["paper"]
    here = {
        "offered": facts["offered"],
        "samples": facts["samples"],
        "train": facts["splits"].get("train", 0),
        "test": facts["splits"].get("test", 0),
        "classes": len(facts["labels"]),
        "labels_per_sample": facts["labels_per_sample"],
    }
    names = {"labels_per_sample": "labels per sample"}
    rows = [
        (names.get(key, key), number(here[key]), number(published[key])) for key in here if key in published
    ]
    for view, length in published.get("characters", {}).items():
        if view in facts["texts"]:
            found = facts["texts"][view]["characters"]
            rows.append((f"characters a {view}, mean", number(found), number(length)))
    return rows


def texts(facts: Facts) -> Table:
    """Return the heading and one row per text view, with lengths and numbers of repeated texts."""
    head = ("text", "mean characters", "shortest", "longest", "shared with another", "test shared with train")
    keys = ("characters", "shortest", "longest", "repeated", "across")
    rows = [(view, *(number(text.get(key)) for key in keys)) for view, text in facts["texts"].items()]
    return head, rows


def pictures(facts: Facts) -> Table:
    """Return the heading and the rows about the pictures."""
    known = facts["pictures"]
    rows = [("pictures", number(known["number"])), ("megabytes", number(round(known["bytes"] / 1e6, 2)))]
    for side in ("width", "height"):
        values = ", ".join(str(known[side][name]) for name in ("least", "median", "most"))
        rows.append((f"{side} in pixels: least, median, most", values))
    rows += [
        (f"{size['width']} x {size['height']}", number(size["number"]))
        for size in known["sizes"]
        if len(known["sizes"]) > 1
    ]
    rows.append(("the same bytes as another sample", number(known["repeated"])))
    rows.append(("test pictures with the bytes of a training picture", number(known["across"])))
    return ("", "pictures"), rows


def decades(facts: Facts) -> dict[str, dict[str, int]]:
    """Return the samples of every release decade by split."""
    found: dict[str, dict[str, int]] = {}
    for year, by in facts["years"].items():
        decade = found.setdefault(f"{int(year) // 10 * 10}s", dict.fromkeys(by, 0))
        for split, count in by.items():
            decade[split] += count
    return found


def collected(facts: Facts) -> Sequence[Row]:
    """Return (name, number) of the counts of the listing, then its release and fetch dates; [] if none."""
    order = {name: number for number, name in enumerate(WORDS)}
    counts = sorted(facts["counts"].items(), key=lambda item: order.get(item[0], len(order)))
    rows = [(WORDS.get(name, name.replace("_", " ")), number(count)) for name, count in counts]
    if facts["asked"]:
        rows.append(("release dates asked for", f"{facts['asked']['from']} to {facts['asked']['to']}"))
    if rows and facts["released"]:
        rows.append(("release dates found", f"{facts['released']['first']} to {facts['released']['last']}"))
    if facts["fetched"]:
        rows.append(("fetched", f"{facts['fetched']['first']} to {facts['fetched']['last']}"))
    return rows


def leakage(facts: Facts) -> Sequence[Row]:
    """Return (other dataset, kind of pair, pairs, samples of the other dataset) of the leakage counts; [] if none."""
    counted: dict[str, Any] = facts.get("leakage") or {}
    rows = []
    for other, found in counted.get("compared", {}).items():
        for kind, counts in found["kinds"].items():
            rows.append((other, kind_name(kind), number(counts["pairs"]), number(counts["samples"])))
        words = ", ".join(kind.replace("-", " ") for kind in counted["twin_kinds"] if kind in found["kinds"])
        rows.append(
            (other, f"any of: {words}", "", f"{number(found['twins'])} of {number(found['samples'])}")
        )
    return rows


def kind_name(kind: str) -> str:
    """Return the display text of a kind of pair."""
    return KINDS.get(kind, f"the same {kind.removeprefix('same-')}")


NOTICE = (
    "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB."
)


def table(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> str:
    """Return a Markdown table; all columns but the first are aligned right."""
    head = list(head)
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def render(facts: Facts) -> str:
    """Return the card of a dataset in Markdown."""
    blocks = [f"# {facts['dataset']}", _about(facts)]
    blocks += ["## Samples", _samples(facts)]
    if rows := paper(facts):
        blocks += ["## Comparison with the paper", table(("", "here", "paper"), rows)]
    title = "Numbers" if facts["task"] == "regression" else f"Labels ({len(facts['labels'])})"
    blocks += [f"## {title}", _counted(facts, "label", facts["labels"])]
    if facts["years"]:
        years = facts["years"]
        blocks += ["## Release years", _counted(facts, "decade", decades(facts))]
        blocks.append(_folded(_counted(facts, "year", years), len(years)))
    if facts["texts"]:
        blocks += ["## Texts", table(*texts(facts))]
    if facts["pictures"]:
        blocks += ["## Pictures", table(*pictures(facts))]
    if facts["rejects"]:
        rows = [(f"{row['stage']}: {row['reason']}", number(row["samples"])) for row in facts["rejects"]]
        blocks += ["## Rejects", table(("stage: reason", "samples"), rows)]
    if rows := collected(facts):
        blocks += ["## Listing", table(("what was counted", "number"), rows)]
    if rows := leakage(facts):
        blocks += [
            "## Leakage",
            table(("training samples and", "share", "pairs", "samples outside training"), rows),
        ]
    blocks += ["## Sharing", _passing_on(facts)]
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
    return "\n".join(f"- **{name}**: {markdown(str(value))}" for name, value in words.items() if value)


def _samples(facts: Facts) -> str:
    counts = [
        ("offered", facts["offered"]),
        ("rejected", facts["rejected"]),
        (_Markup("**used**"), facts["samples"]),
    ]
    rows = [(name, number(count)) for name, count in [*counts, *facts["splits"].items()]]
    if facts["labels_per_sample"] is not None:
        rows.append(("labels per sample", number(facts["labels_per_sample"])))
    return table(("", "number"), rows)


def _counted(facts: Facts, heading: str, counts: Mapping[str, Mapping[str, int]]) -> str:
    splits = list(facts["splits"])
    rows = (
        (name, *(number(by[split]) for split in splits), number(sum(by.values())))
        for name, by in counts.items()
    )
    return table((heading, *splits, "all"), rows)


def _folded(text: str, lines: int) -> str:
    return f"<details><summary>{lines} years</summary>\n\n{text}\n\n</details>"


def _passing_on(facts: Facts) -> str:
    lines = [
        "The pictures and texts are not distributed with this card. The file `ids.parquet` next to it "
        "contains the id, the split and the sha256 of the picture of every sample and may be shared.",
        f"sha256 of the sorted ids, one a line: `{facts['ids_sha256']}`",
    ]
    if facts["from_tmdb"]:
        lines.append(NOTICE)
    return "\n\n".join(lines)


def _cell(value: Any) -> str:
    return value if isinstance(value, _Markup) else markdown(str(value))


class _Markup(str):
    """Text that is already Markdown."""
