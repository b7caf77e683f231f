"""Summarise the data of a study before it runs: counts, rejects, classes, text lengths, images and costs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from PIL import Image, ImageDraw

from humancentric.core import files, tables
from humancentric.core.hashing import TEST, TRAIN, hash_order
from humancentric.core.schemas import IMAGES, REJECTS, SAMPLES
from humancentric.dataset.labels import with_bins
from humancentric.embedding import neighbour_sheets
from humancentric.masking.contact_sheets import png, select_rows
from humancentric.report import study_costs, table_model
from humancentric.report.study_costs import Costs, Sampled
from humancentric.report.table_model import Item, Line, Table
from humancentric.study.study import Dataset, Study

EXAMPLES = 3  # shown for every reason
SHOWN = 24  # samples on a contact sheet
COLUMNS = 8
CLASSES = 30  # maximum number of rows in the table of classes
TEXTS = 1000  # maximum number of texts compared with an encoder's context
FEW = 10  # classes with fewer training samples get a warning
LETTERS = 26  # maximum number of characters in a caption
Paths = Sequence[str | Path]


def rejects(path: str | Path) -> list[tuple[str, str, int, list[str]]]:
    """Return (stage, reason, samples, up to three examples) of a table of rejects, most frequent first."""
    frame = pl.DataFrame(tables.read(path, REJECTS)).sort("id")
    found = [
        (
            *key,
            len(rows),
            [": ".join(filter(None, pair)) for pair in rows[:EXAMPLES].select("id", "detail").iter_rows()],
        )
        for key, rows in frame.group_by("stage", "reason", maintain_order=True)
    ]
    return sorted(found, key=lambda line: -line[2])


def classes(samples: pl.DataFrame) -> list[tuple[str, int, int, int]]:
    """Return (class, samples in train, in test, in other splits), largest class first."""
    counts = samples.explode("labels").drop_nulls("labels").group_by("labels", "split").len().rows()
    found: dict[str, list[int]] = {}
    for name, split, number in counts:
        found.setdefault(name, [0, 0, 0])[{TRAIN: 0, TEST: 1}.get(split, 2)] += number
    lines = [(name, train, test, other) for name, (train, test, other) in found.items()]
    return sorted(lines, key=lambda line: (-sum(line[1:]), line[0]))


def warnings(found: Sequence[tuple[str, int, int, int]]) -> list[str]:
    """Return warnings about class imbalance, one sentence per kind of fault with up to three examples."""
    faults = {
        "have no training sample": [name for name, train, _, _ in found if not train],
        "have no test sample": [name for name, _, test, _ in found if not test],
        f"have fewer than {FEW} training samples": [name for name, train, _, _ in found if 0 < train < FEW],
    }
    return [
        f"{len(names)} of {len(found)} classes {fault}: {', '.join(names[:3])}{', ...' if names[3:] else ''}"
        for fault, names in faults.items()
        if names
    ]


def words(texts: pl.Series) -> str:
    """Return a sentence with the median, 95th percentile and maximum number of words of texts."""
    counts = texts.fill_null("").str.count_matches(r"\S+")
    low, high, most = counts.quantile(0.5, "lower"), counts.quantile(0.95, "higher"), counts.quantile(1)
    return (
        f"half of the texts have at most {low:.0f} words, 95 % at most {high:.0f}, the longest has {most:.0f}"
    )


def table(name: str, caption: str, head: Sequence[str], body: Sequence[Sequence[Any]]) -> Table:
    """Return a table of plain cells."""
    lines = tuple(Line(tuple(Item(str(value)) for value in row)) for row in body)
    return Table((Line(tuple(map(Item, head))),), lines, name=name, caption=caption)


def read_dataset(row: Dataset, samples: str | Path, shards: Paths) -> tuple[pl.DataFrame, Sampled]:
    """Return a dataset's samples in a fixed random order, and the sample of pictures and texts for cost estimates."""
    frame = pl.DataFrame(tables.read(samples, SAMPLES))
    order = {name: position for position, name in enumerate(hash_order(frame["id"], 0))}
    frame = frame.sort(pl.col("id").replace_strict(order, return_dtype=pl.Int64))
    some = select_rows(shards, IMAGES, frame["id"][:SHOWN].to_list()).to_pylist() if shards else []
    size = sum(Path(path).stat().st_size for path in shards)
    pictures = [picture["image"] for picture in some]
    return frame, study_costs.sample_of(row, frame, pictures, size, TEXTS)


def sheet(row: Dataset, frame: pl.DataFrame, shards: Paths) -> Image.Image:
    """Return a contact sheet of samples with their labels: images, texts if there are none, or ids if private."""
    some = frame[:SHOWN]
    contents: Mapping[str, Any] = dict(zip(some["id"], some["id"], strict=True))
    if row.publish and shards:
        contents = neighbour_sheets.pictures(shards, some["id"].to_list())
    elif row.publish and row.text_columns:
        contents = dict(zip(some["id"], some[next(iter(row.text_columns.values()))], strict=True))
    tallest = max(map(_height, contents.values()), default=1)
    width, height = neighbour_sheets.CELL[0] + neighbour_sheets.GAP, tallest + 2 * neighbour_sheets.CAPTION
    canvas = Image.new("RGB", (COLUMNS * width, height * -(-len(some) // COLUMNS)), neighbour_sheets.PAPER)
    draw = ImageDraw.Draw(canvas)
    for number, (sample, labels) in enumerate(some.select("id", "labels").iter_rows()):
        left, top = number % COLUMNS * width, number // COLUMNS * height
        neighbour_sheets.draw_content(canvas, draw, contents[sample], (left, top))
        caption = ", ".join(labels)[:LETTERS]
        position = (left, top + tallest + 2)
        draw.text(position, caption, neighbour_sheets.INK, neighbour_sheets.load_font(11, caption))
    return canvas


def _height(content: Any) -> int:
    """Return the height in pixels of a picture or text on a contact sheet."""
    width, height = neighbour_sheets.CELL
    if isinstance(content, str):
        return height
    scale = min(1.0, width / content.shape[1], height / content.shape[0])
    return max(1, round(content.shape[0] * scale))


def dataset_section(
    name: str, row: Dataset, frame: pl.DataFrame, inputs: Mapping[str, Any]
) -> tuple[list[Table], list[str]]:
    """Return the tables of a dataset and the lines to print in the terminal."""
    refused, balance = rejects(inputs["rejects"]), classes(with_bins(frame) if row.is_rated else frame)
    total, what = sum(line[2] for line in refused), "bins of numbers" if row.is_rated else "classes"
    splits = ", ".join(
        f"{split} {number}" for split, number in frame["split"].value_counts(sort=True).iter_rows()
    )
    lines = [
        f"{name}: {len(frame) + total} rows offered, {len(frame)} samples ({splits}), {total} rejected",
        *(
            f"{name}: {count} {stage} rejects, {reason}, e.g. {shown[0]}"
            for stage, reason, count, shown in refused
        ),
        f"{name}: {len(balance)} {what}, the largest {balance[0][0]} ({sum(balance[0][1:])}), "
        f"the smallest {balance[-1][0]} ({sum(balance[-1][1:])})"
        if balance
        else f"{name}: no classes",
        *(f"{name}: {sentence}" for sentence in ([] if row.is_rated else warnings(balance))),
        *(f"{name}, {view}: {words(frame[column])}" for view, column in row.text_columns.items()),
    ]
    shown = [(stage, reason, count, " / ".join(examples)) for stage, reason, count, examples in refused]
    kept = balance if len(balance) <= CLASSES else [*balance[: CLASSES // 2], *balance[-CLASSES // 2 :]]
    rest = (
        f", {len(balance) - len(kept)} classes between them are left out" if len(kept) < len(balance) else ""
    )
    made = [table(f"{name}-classes", f"Samples by class{rest}.", ["class", "train", "test", "other"], kept)]
    if refused:
        head = ["stage", "reason", "samples", "examples"]
        made.insert(0, table(f"{name}-rejects", "Rejected samples.", head, shown))
    return made, lines


def text_lines(costs: Costs) -> list[str]:
    """Return lines on how many texts every text encoder truncates, by text view."""
    lines = []
    for (dataset, view, encoder), (longer, texts, context) in costs.truncated.items():
        cell = f"{dataset}, {view}, {encoder}"
        if context == -1:
            lines.append(f"{cell}: context unknown, because the weights are not on this machine")
        elif context is None:
            lines.append(f"{cell}: reads texts of any length")
        else:
            lines.append(f"{cell}: {longer} of {texts} texts are longer than {context} tokens and truncated")
    return lines


def cost_lines(costs: Costs, cores: int) -> list[str]:
    """Return the estimates of time, disk and memory as sentences."""
    total = sum(costs.seconds.values())
    parts = ", ".join(f"{stage} {duration(seconds)}" for stage, seconds in costs.seconds.items())
    shared = f", {duration(total / cores)} on {cores}" if cores > 1 else ""
    lines = [
        f"time: about {duration(total)} on one core{shared} ({parts}); starting jobs, tables and figures come on top",
        f"disk: about {size(costs.disk)} for pictures, embeddings and predictions",
        f"memory: about {size(costs.memory)} for the largest job",
    ]
    if costs.absent:
        lines.append(
            f"not in the estimate, because their weights are not on this machine: {', '.join(costs.absent)}; "
            "run `snakemake fetch_weights` with this config on a machine with network access"
        )
    return [*lines, *(f"not in the estimate: {name} ({reason})" for name, reason in costs.untimed.items())]


def duration(seconds: float) -> str:
    """Format a duration in seconds, minutes or hours."""
    for limit, unit in ((3600.0, "h"), (60.0, "min")):
        if seconds >= limit:
            return f"{seconds / limit:.1f} {unit}"
    return f"{seconds:.0f} s"


def size(number: float) -> str:
    """Format a number of bytes in MB or GB."""
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"


def check(study: Study, inputs: Mapping[str, Mapping[str, Any]], folder: str | Path, cores: int) -> list[str]:
    """Write ``index.md`` and a contact sheet of every dataset to `folder`; return the lines for the terminal.

    `inputs` are the paths of samples, rejects and shards of images by dataset.
    """
    page, terminal_lines, sampled = [f"# Data of the study {study.name}\n"], [], {}
    for name, paths in inputs.items():
        row = study.datasets[name]
        frame, sampled[name] = read_dataset(row, paths["samples"], paths["images"])
        made, lines = dataset_section(name, row, frame, paths)
        files.write_bytes(Path(folder) / f"{name}.png", png(sheet(row, frame, paths["images"])))
        terminal_lines += lines
        page += [f"## {name}\n", *(f"- {line}" for line in lines), ""]
        page += [table_model.markdown(part) for part in made]
        page.append(f"![{min(SHOWN, len(frame))} random samples of {name}]({name}.png)\n")
    costs = study_costs.estimate(study, sampled)
    for title, lines in (
        ("Text lengths", text_lines(costs)),
        ("Costs on this machine", cost_lines(costs, cores)),
    ):
        terminal_lines += lines
        page += [f"## {title}\n", *(f"- {line}" for line in lines), ""]
    files.write_text(Path(folder) / "index.md", "\n".join(page))
    return terminal_lines
