"""Build the table of texts: their lengths, and how many of them each encoder truncates."""

from collections.abc import Mapping
from typing import Any

from humancentric.report.report_inputs import ReportInputs
from humancentric.report.score_cells import Scores
from humancentric.report.tables.sheet import ABSENT, MISSING, Item, Line, Sheet
from humancentric.study import report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

COLUMNS = ("Characters", "Shortest", "Longest")
LENGTHS = ("characters", "shortest", "longest")


def caption(study: Study) -> str:
    """Return the caption of the table."""
    return (
        "Texts: characters on average and of the shortest and longest text, and the share of texts that are longer "
        "than an encoder's context, of which it reads the beginning alone. Below, where the paper tells it, its mean."
    )


def sheet(scores: Scores, study: Study, beside: ReportInputs) -> Sheet:
    """Return the table of texts of a study: one row per dataset and text view, one column per text encoder."""
    encoders = report_config.encoders(study, "text")
    body, records, hole = [], [], False
    for name in report_config.text_datasets(study):
        card, counts = beside.cards.get(name, {}), beside.texts.get(name, {})
        for view in study.datasets[name].views_of("text"):
            lengths = card.get("texts", {}).get(view)
            cut = {encoder: counts.get(f"{view}.{encoder}") for encoder in encoders}
            shares = {encoder: _share(found) for encoder, found in cut.items()}
            hole |= lengths is None or any(found is None for found in cut.values())
            items = [_length(lengths, key) for key in LENGTHS]
            items += [_percent(cut[encoder], shares[encoder]) for encoder in encoders]
            title = f"{label(study, 'datasets', name)}: {label(study, 'views', view).lower()}"
            body.append(Line((Item(title), *items)))
            paper = card.get("paper", {}).get("characters", {}).get(view)
            if paper is not None:
                quiet = [Item()] * (len(LENGTHS) + len(encoders) - 1)
                body.append(Line((Item("in the paper", tone="quiet"), Item(f"{paper:.1f}"), *quiet), "sub"))
            about = {"dataset": name, "view": view, "paper_characters": paper}
            about |= {key: (lengths or {}).get(key) for key in LENGTHS}
            records += [
                {**about, "encoder": encoder, "context": (found or {}).get("context"), "cut": shares[encoder]}
                for encoder, found in cut.items()
            ]
    head = [
        Line((Item("Texts"), *map(Item, COLUMNS), *(Item(label(study, "encoders", e)) for e in encoders)))
    ]
    head.insert(0, Line((Item(), *[Item()] * len(COLUMNS), Item("Cut by", span=len(encoders)))))
    notes = (f"{MISSING} not run",) if hole else ()
    return Sheet("texts", caption(study), tuple(head), tuple(body), notes, tuple(records))


def _share(counts: Mapping[str, Any] | None) -> float | None:
    if not counts or not counts["texts"] or counts.get("truncated") is None:
        return None
    return counts["truncated"] / counts["texts"]


def _length(lengths: Mapping[str, Any] | None, key: str) -> Item:
    if lengths is None:
        return Item(MISSING, tone="missing")
    value = lengths.get(key)
    return Item() if value is None else Item(f"{value:.1f}" if key == "characters" else f"{value:,}")


def _percent(counts: Mapping[str, Any] | None, share: float | None) -> Item:
    if counts is None:
        return Item(MISSING, tone="missing")
    return Item(ABSENT, tone="quiet") if share is None else Item(f"{100 * share:.1f} %")
