"""Build the tables with one row per dataset: sizes, text lengths, and scores of input-free baselines."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from humancentric.report.numbers import Unit, best, unit_of
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    MISSING,
    NOT_APPLICABLE,
    NOT_RUN,
    Item,
    Line,
    Table,
    cell_record,
    not_run_note,
)
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

ORDER = ("train", "test")
PAPER = "in the paper"


def number(value: float | None) -> Item:
    """Format a count with thousands separators, or a mean with two decimals; empty for None."""
    if value is None:
        return Item()
    return Item(f"{value:,}" if isinstance(value, int) else f"{value:.2f}")


def _figures(card: Mapping[str, Any], splits: list[str]) -> dict[str, float | None]:
    rated = card.get("task") == "regression"  # no classes
    return {
        "offered": card["offered"],
        "rejected": card["rejected"],
        "samples": card["samples"],
        **{name: card["splits"].get(name, 0) for name in splits},
        "classes": None if rated else len(card["labels"]),
        "labels_per_sample": None if rated else card["labels_per_sample"],
    }


def build_datasets(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of datasets of a study: one row per dataset, with the paper's figures below it."""
    names = study.dataset_names
    cards = {name: inputs.cards[name] for name in names if name in inputs.cards}
    found = {split for card in cards.values() for split in card["splits"]} | set(ORDER)
    splits = [*ORDER, *sorted(found - set(ORDER))]
    columns = ["offered", "rejected", "samples", *splits, "classes", "labels_per_sample"]
    body: list[Line] = []
    records: list[dict[str, Any]] = []
    for name in names:
        title = Item(label(study, "datasets", name))
        if name not in cards:
            body.append(Line((title, *[NOT_RUN] * len(columns))))
            records.append({"dataset": name})
            continue
        figures, paper = _figures(cards[name], splits), cards[name].get("paper", {})
        body.append(Line((title, *(number(figures[column]) for column in columns))))
        if in_paper := {column: paper[column] for column in columns if column in paper}:
            items = (number(in_paper.get(column)) for column in columns)
            body.append(Line((Item(PAPER, tone="quiet"), *items), kind="sub"))
        records.append(
            {"dataset": name, **figures, **{f"paper_{key}": value for key, value in in_paper.items()}}
        )
    titles = {"samples": "Used", "labels_per_sample": "Labels per sample"}
    head = Line((Item("Dataset"), *(Item(titles.get(c, c.replace("-", " ").capitalize())) for c in columns)))
    return Table((head,), tuple(body), tuple(not_run_note(body)), tuple(records))


TEXT_COLUMNS = ("Characters", "Shortest", "Longest")
LENGTHS = ("characters", "shortest", "longest")


def build_texts(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of texts: one row per dataset and text view, one column per text encoder."""
    encoders = study.text_encoders
    body, records = [], []
    for name in report_config.text_datasets(study):
        card, counts = inputs.cards.get(name, {}), inputs.texts.get(name, {})
        for view in study.datasets[name].views_of("text"):
            lengths = card.get("texts", {}).get(view)
            cut = {encoder: counts.get(f"{view}.{encoder}") for encoder in encoders}
            shares = {encoder: _share(found) for encoder, found in cut.items()}
            items = [_length(lengths, key) for key in LENGTHS]
            items += [_percent(cut[encoder], shares[encoder]) for encoder in encoders]
            title = f"{label(study, 'datasets', name)}: {label(study, 'views', view).lower()}"
            body.append(Line((Item(title), *items)))
            paper = card.get("paper", {}).get("characters", {}).get(view)
            if paper is not None:
                quiet = [Item()] * (len(LENGTHS) + len(encoders) - 1)
                body.append(Line((Item(PAPER, tone="quiet"), Item(f"{paper:.1f}"), *quiet), "sub"))
            about = {"dataset": name, "view": view, "paper_characters": paper}
            about |= {key: (lengths or {}).get(key) for key in LENGTHS}
            records += [
                {**about, "encoder": encoder, "context": (found or {}).get("context"), "cut": shares[encoder]}
                for encoder, found in cut.items()
            ]
    head = [
        Line(
            (Item("Texts"), *map(Item, TEXT_COLUMNS), *(Item(label(study, "encoders", e)) for e in encoders))
        )
    ]
    head.insert(0, Line((Item(), *[Item()] * len(TEXT_COLUMNS), Item("Cut by", span=len(encoders)))))
    return Table(tuple(head), tuple(body), tuple(not_run_note(body)), tuple(records))


def _share(counts: Mapping[str, Any] | None) -> float | None:
    if not counts or not counts["texts"] or counts.get("truncated") is None:
        return None
    return counts["truncated"] / counts["texts"]


def _length(lengths: Mapping[str, Any] | None, key: str) -> Item:
    if lengths is None:
        return NOT_RUN
    value = lengths.get(key)
    return Item() if value is None else Item(f"{value:.1f}" if key == "characters" else f"{value:,}")


def _percent(counts: Mapping[str, Any] | None, share: float | None) -> Item:
    if counts is None:
        return NOT_RUN
    return NOT_APPLICABLE if share is None else Item(f"{100 * share:.1f} %")


MEANING = {
    "majority": "majority: always the most frequent class",
    "top-k": "top k: always the k most frequent labels, k the best on training samples",
    "uniform": "uniform: any class",
    "label-prior": "label prior: labels by their frequency",
    "shuffled": "shuffled: the labels of a random training sample",
    "mean": "mean: always the mean of the training numbers, which does not rank the samples",
    "median": "median: always the median of the training numbers",
}


def chance_caption(study: Study) -> str:
    """Return the caption of the table of chance levels."""
    rated = any(study.datasets[name].is_rated for name in study.dataset_names)
    numbers = ", or Spearman's correlation where they have a number," if rated else ","
    encoders = " Columns with names of encoders: probes on random vectors." if _encoders(study) else ""
    return (
        f"Chance: accuracy in percent, or samples F1 where samples have several labels{numbers} of "
        "baselines that use neither pictures nor texts, on the test split. For baselines with random "
        f"predictions, expected values are shown. Bold: the best baseline.{encoders}"
    )


def _encoders(study: Study) -> list[str]:
    return list(study.chance)


def build_chance(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of chance levels: one row per dataset, one column per baseline."""
    scores = inputs.scores
    names = study.dataset_names
    blind = {name: scores.blind(study, name) for name in names}
    columns = [name for name in MEANING if any(name in found for found in blind.values())]
    body, records = [], []
    for dataset in names:
        unit = unit_of(study, dataset)
        top = best(blind[dataset], unit)
        items = [
            _baseline_item(blind[dataset].get(name), bool(blind[dataset]), unit, name in top)
            for name in columns
        ]
        items += [_best_cell(scores, study, dataset, encoder, unit) for encoder in _encoders(study)]
        body.append(Line((Item(label(study, "datasets", dataset)), *items)))
        random = feature_sets.chance_features(study, dataset)
        cells = blind[dataset] | {name: _chance_cell(scores, study, dataset, name) for name in random}
        metric = report_config.headline(study, dataset)
        records += [
            cell_record(cell, dataset=dataset, metric=metric, baseline=name) for name, cell in cells.items()
        ]
    titles = [label(study, "baselines", name) for name in columns]
    titles += [label(study, "encoders", name) for name in _encoders(study)]
    notes = ["; ".join(MEANING[name] for name in columns)] if columns else []
    notes += [f"{MISSING} not run"] if any(not found for found in blind.values()) else []
    head = Line((Item("Dataset"), *map(Item, titles)))
    return Table((head,), tuple(body), tuple(notes), tuple(records))


def _baseline_item(cell: Cell | None, counted: bool, unit: Unit, bold: bool) -> Item:
    if cell is None:  # either this task has no such baseline, or none of its baselines was run
        return NOT_APPLICABLE if counted else NOT_RUN
    return Item(unit.number(cell.mean), f"± {unit.spread(cell.std)}" if cell.runs > 1 else "", bold)


def _chance_cell(scores: Scores, study: Study, dataset: str, features: str) -> Cell | None:
    return scores.transfer(study, dataset, features) or scores.control(study, dataset, features)


def _best_cell(scores: Scores, study: Study, dataset: str, encoder: str, unit: Unit) -> Item:
    """Return the best cell of an encoder on a dataset; a dash if the encoder embeds no view of it."""
    names = [f for f in feature_sets.chance_features(study, dataset) if f.split(".")[1] == encoder]
    cells = [cell for cell in (_chance_cell(scores, study, dataset, name) for name in names) if cell]
    if not cells:
        return NOT_APPLICABLE
    cell = max(cells, key=lambda found: found.mean)
    return Item(unit.number(cell.mean), f"± {unit.spread(cell.std)}")


TABLES = (
    TableSpec(
        name="datasets",
        section="datasets",
        title="Sizes",
        order=130,
        shown=attrgetter("dataset_names"),
        caption=(
            "Datasets: samples offered by the source, rejected, and used, by split; number of labels, and "
            "labels per sample on average. The line below shows the paper's numbers, if it reports them."
        ),
        build=build_datasets,
        folded=True,
    ),
    TableSpec(
        name="texts",
        section="texts",
        title="Texts",
        order=140,
        shown=report_config.text_datasets,
        caption=(
            "Texts: characters on average and of the shortest and longest text, and the share of texts "
            "that are longer than an encoder's context and are truncated. The line below shows the paper's "
            "mean, if it reports one."
        ),
        build=build_texts,
    ),
    TableSpec(
        name="chance",
        section="results",
        title="Chance",
        order=40,
        shown=attrgetter("dataset_names"),
        caption=chance_caption,
        build=build_chance,
    ),
)
