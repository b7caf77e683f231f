"""Write the config of a new study as YAML with comments, and summarise the guesses and the counts."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from humancentric.core.errors import UserError, require_known
from humancentric.sources.guessed_columns import RATING
from humancentric.sources.new_study import Counts, Row
from humancentric.study.study import NAME, REGRESSION

EXAMPLE = "snakemake new --config name=my-study data=films.csv images=pictures/"
SHOTS = (1, 2, 5, 10)


def checked(
    given: Mapping[str, Any], taken: Sequence[str], encoders: Mapping[str, Row]
) -> tuple[str, str, str | None, list[str]]:
    """Check the arguments of the command line; return its name, data, images and encoders.

    `taken` are the datasets of the catalogue. Raises `UserError` for a missing or invalid argument.
    """
    name, data, images, named = (given[key] for key in ("name", "data", "images", "encoders"))
    if not re.fullmatch(NAME, str(name or "")):
        raise UserError(
            f"new: name={name or ''} is not a valid name; use small letters, digits and hyphens: {EXAMPLE}"
        )
    if name in taken:
        raise UserError(f"new: name={name} is a dataset of the catalogue; choose another")
    if not data:
        raise UserError(f"new: data is missing; name a table or folder: {EXAMPLE}")
    named = named if isinstance(named, list) else re.findall(r"[^\s,]+", str(named or ""))
    require_known("new: encoders", named, encoders, "encoder")
    return str(name), str(data), None if images is None else str(images), named


def target(name: str) -> Path:
    """Return the path of the new study's config. Raises `UserError` if it exists."""
    path = Path(f"{name}.yaml")
    if path.exists():
        raise UserError(f"{path} is there already; choose another name=, or remove the file")
    return path


def chosen_encoders(named: Sequence[str], rows: Mapping[str, Row], published: Row) -> Row:
    """Return the encoders of a new study: those `named` (of the catalogue's `rows`), or else those `published`."""
    if not named:
        return {key: published[key] for key in ("image_encoders", "text_encoders", "zeroshot")}
    chosen = {
        f"{modality}_encoders": [name for name in named if rows[name]["modality"] == modality]
        for modality in ("image", "text")
    }
    return chosen | {
        "zeroshot": [name for name in chosen["image_encoders"] if rows[name].get("text") in named]
    }


def offline_encoders(rows: Mapping[str, Row], study: Row, on_hub: Callable[[Row], bool]) -> list[str]:
    """Return the encoders of the default study whose weights come with packages, except those made for the demo."""
    names = [*study["image_encoders"], *study["text_encoders"]]
    return [name for name in names if not on_hub(rows[name]) and not rows[name].get("demo")]


def config_text(name: str, data: str, row: Row, counts: Counts, encoders: Row, offline: Sequence[str]) -> str:
    """Return the config of the study `name` as YAML with comments."""
    comments = _comments(counts, row["task"] == REGRESSION)
    lines = [
        f"# Written by `snakemake new` from {data}. Every line is a guess: check it, then run",
        f"#   snakemake check_data --cores all --configfile {name}.yaml",
        f"#   snakemake --cores all --configfile {name}.yaml",
        "datasets:",
        f"  {name}:",
        "    source:",
        *(f"      {key}: {_flow(value)}{comments.get(key, '')}" for key, value in row["source"].items()),
        *(
            f"    {key}: {_flow(value)}{comments.get(key, '')}"
            for key, value in row.items()
            if key not in ("source", "views")
        ),
        "    views: # each is embedded with every encoder of its modality",
        *(f"      {view}: {_flow(value)}" for view, value in row["views"].items()),
        "study:",
        f"  name: {name}",
        f"  datasets: [{name}]",
        f"  image_encoders: {_flow(encoders['image_encoders'])} # rows of config/encoders.yaml",
        f"  text_encoders: {_flow(encoders['text_encoders'])}",
        f"  zeroshot: {_flow(encoders['zeroshot'])} # classified by the names of the classes, without training",
        f"  shots: {{default: {_flow(_shots(counts))}}} # training samples of a class",
        "  galleries: true # maps, neighbours and confident errors",
        f"# Without network, use encoders that come with the packages: {', '.join(offline)}.",
    ]
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return text.removesuffix("...\n").strip()


def _comments(counts: Counts, rated: bool) -> dict[str, str]:
    repeated, each = counts.rows - counts.ids, counts.labels.total() / max(1, counts.rows - counts.problems)
    found = {
        "id": f"{repeated} of {counts.rows} rows repeat an id" if repeated else "different in every row",
        "labels": _span(counts) if rated else f"{len(counts.labels)} classes",
        "separator": "between several labels",
        "task": "a number a row; single-label if the numbers name classes"
        if rated
        else f"{each:.2g} labels a row",
        "human_centric": "false for objects; it decides which claims the data speak to",
        "split": "validation is for choosing options; see config/README.md for other ways",
        "shards": "files of pictures, and jobs that work on them at once",
    }
    return {key: f" # {words}" for key, words in found.items()}


def _span(counts: Counts) -> str:
    """Return the range of the numeric labels as text."""
    numbers = [float(label) for label in counts.labels if re.fullmatch(RATING, label)]
    return f"numbers from {min(numbers):g} to {max(numbers):g}"


def _shots(counts: Counts) -> list[int]:
    """Return the numbers of prototypes that the rarest class has training samples for."""
    rarest = min(counts.labels.values(), default=1)
    return [shots for shots in SHOTS if shots <= max(1, rarest // 2)]


def summary(row: Row, counts: Counts, notes: Sequence[str]) -> list[str]:
    """Return the guesses, the counts and the notes as sentences."""
    source = row["source"]
    keys = ("id", "labels", "separator", "image", "url", "root", "split", "layout", "delimiter", "encoding")
    guessed = [f"{key}: {_flow(source[key])}" for key in keys if key in source]
    texts = [view["column"] for view in row["views"].values() if "column" in view]
    common = ", ".join(f"{name} ({count})" for name, count in counts.labels.most_common(5))
    splits = ", ".join(f"{name} ({count})" for name, count in counts.splits.items())
    rarest = f"rarest: {min(counts.labels.values(), default=0)} rows"
    classes = (
        f"{len(counts.labels)} classes: {common}{' and others' if len(counts.labels) > 5 else ''}; {rarest}"
    )
    return [
        f"guessed {source['kind']}, {row['task']}; {'; '.join(guessed)}",
        f"texts: {', '.join(texts) or 'none'}",
        f"{counts.rows} rows, {_span(counts) if row['task'] == REGRESSION else classes}",
        f"splits of the data: {splits or 'none'}{'' if 'split' not in row else '; test and validation are made'}",
        f"{counts.rows - counts.ids} rows repeat an id, {counts.problems} rows cannot be used",
        *notes,
    ]
