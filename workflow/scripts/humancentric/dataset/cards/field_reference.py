"""The numbers of a dataset in words and rows: what the card and the report page both print."""

from typing import Any

Facts = dict[str, Any]  # what `facts.facts` returns
Row = tuple[str, ...]
Table = tuple[Row, list[Row]]
DASH = "\N{EN DASH}"
WORDS = {
    "ids_given": "ids given",
    "ids_unknown": "ids that TMDb does not know",
    "ids_not_listed": "ids that the whole dataset does not have",
    "total_results": "films counted by the service",
    "films": "films listed",
    "repeated": "shown more than once",
    "malformed": "records without an id",
    "requests": "pages asked for",
    "shortfall": "counted but never shown",
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
    """Return a number as people read it: thousands set apart, two decimals at most; a dash for none. Words stay."""
    if value is None or isinstance(value, str):
        return value or DASH
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def paper(facts: Facts) -> list[Row]:
    """Return (what, here, in the paper) for every figure that the paper gives of the dataset."""
    told = facts["paper"]
    here = {
        "offered": facts["offered"],
        "samples": facts["samples"],
        "train": facts["splits"].get("train", 0),
        "test": facts["splits"].get("test", 0),
        "classes": len(facts["labels"]),
        "labels_per_sample": facts["labels_per_sample"],
    }
    names = {"labels_per_sample": "labels a sample"}
    rows = [(names.get(key, key), number(here[key]), number(told[key])) for key in here if key in told]
    for view, length in told.get("characters", {}).items():
        if view in facts["texts"]:
            found = facts["texts"][view]["characters"]
            rows.append((f"characters a {view}, mean", number(found), number(length)))
    return rows


def texts(facts: Facts) -> Table:
    """Return the heading and one row a text view: lengths, and how often the very same text comes again."""
    head = ("text", "mean characters", "shortest", "longest", "shared with another", "test shared with train")
    rows = [
        (
            view,
            number(text["characters"]),
            number(text.get("shortest")),
            number(text.get("longest")),
            number(text["repeated"]),
            number(text["across"]),
        )
        for view, text in facts["texts"].items()
    ]
    return head, rows


def pictures(facts: Facts) -> Table:
    """Return the heading and the rows of what is known of the pictures."""
    known = facts["pictures"]
    rows = [("pictures", number(known["number"])), ("megabytes", number(round(known["bytes"] / 1e6, 2)))]
    for side in ("width", "height"):
        values = known[side]
        rows.append(
            (
                f"{side} in pixels: least, median, most",
                f"{values['least']}, {values['median']}, {values['most']}",
            )
        )
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


def collected(facts: Facts) -> list[Row]:
    """Return (what, how many) of what was counted while listing, the dates asked for, the days it took; [] if none."""
    place = {name: number for number, name in enumerate(WORDS)}
    counts = sorted(facts["counts"].items(), key=lambda item: place.get(item[0], len(place)))
    rows = [(WORDS.get(name, name.replace("_", " ")), number(count)) for name, count in counts]
    if facts["asked"]:
        rows.append(("release dates asked for", f"{facts['asked']['from']} to {facts['asked']['to']}"))
    if rows and facts["released"]:
        rows.append(("release dates found", f"{facts['released']['first']} to {facts['released']['last']}"))
    if facts["fetched"]:
        rows.append(("fetched", f"{facts['fetched']['first']} to {facts['fetched']['last']}"))
    return rows


def leakage(facts: Facts) -> list[Row]:
    """Return (compared with, what is alike, pairs, samples of the other side) of a leakage count; [] if none."""
    told: dict[str, Any] = facts.get("leakage") or {}
    rows = []
    for other, found in told.get("compared", {}).items():
        for kind, counts in found["kinds"].items():
            rows.append((other, kind_name(kind), number(counts["pairs"]), number(counts["samples"])))
        words = ", ".join(kind.replace("-", " ") for kind in told["twin_kinds"] if kind in found["kinds"])
        rows.append(
            (other, f"any of: {words}", "", f"{number(found['twins'])} of {number(found['samples'])}")
        )
    return rows


def kind_name(kind: str) -> str:
    """Return what two samples of a pair share, in words."""
    return KINDS.get(kind, f"the same {kind.removeprefix('same-')}")
