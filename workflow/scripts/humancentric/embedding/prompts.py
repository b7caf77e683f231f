"""Write prompts for class names, store their vectors, and average them into one vector per class."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError, nearest
from humancentric.embedding.feature_vectors import l2_normalize, width_of

FIELD = "{label}"
LOGIT_SCALE = 100.0  # default factor of cosines: the value at which CLIP's training arrives
VALUE = "/"  # separates a template set from a value of its attribute


class Prompt(NamedTuple):
    """One class name in one template."""

    label: str
    templates: str  # the set the template belongs to, followed by the value of its attribute if it has one
    template: str
    text: str


def sentences(classes: Sequence[str], row: Mapping[str, Any]) -> list[Prompt]:
    """Return the prompts of every template set, class and template, in that order.

    `row` is a row of the config with ``templates``, and optional ``words`` that replace labels. If a template set has
    an attribute, each value is a set of its own, e.g. ``look/drawn``.
    """
    words = row.get("words", {})
    sets: dict[str, Sequence[str]] = {}
    for name, templates in row["templates"].items():
        values = templates if isinstance(templates, Mapping) else {"": templates}
        sets |= {f"{name}{VALUE}{value}" if value else name: some for value, some in values.items()}
    return [
        Prompt(label, name, template, template.replace(FIELD, words.get(label, label)))
        for name, templates in sets.items()
        for label in classes
        for template in templates
    ]


def write(
    path: str | Path, prompts: Sequence[Prompt], vectors: np.ndarray, metadata: Mapping[str, Any]
) -> None:
    """Write prompts, their vectors (n, width) and the encoder's `metadata`."""
    width = vectors.shape[1]
    columns = {name: pa.array([getattr(p, name) for p in prompts], pa.string()) for name in Prompt._fields}
    columns["embedding"] = tables.fixed_size_lists(vectors, width)
    tables.write(path, pa.table(columns), schemas.prompts(width), dict(metadata))


def read(path: str | Path) -> tuple[list[Prompt], np.ndarray, dict[str, Any]]:
    """Return the prompts, their vectors (n, width; float32) and the metadata of a file of prompts."""
    table = tables.read(path, schemas.prompts(width_of(path))).combine_chunks()
    texts = zip(*(table.column(name).to_pylist() for name in Prompt._fields), strict=True)
    vectors = table.column("embedding").combine_chunks()
    matrix = vectors.flatten().to_numpy(zero_copy_only=False).reshape(len(table), vectors.type.list_size)
    return [Prompt(*row) for row in texts], matrix, tables.read_metadata(path)


def class_vectors(path: str | Path, classes: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the unit vectors of `classes`, in their order (n_classes, width; float32), by template set.

    A class's vector is the normalised mean of the normalised vectors of its prompts. Raises `UserError` if the file has
    no prompt for a class.
    """
    prompts, vectors, _ = read(path)
    vectors = l2_normalize(vectors).astype(np.float64)
    found: dict[str, np.ndarray] = {}
    for name in dict.fromkeys(prompt.templates for prompt in prompts):
        rows: dict[str, list[int]] = {}
        for number, prompt in enumerate(prompts):
            if prompt.templates == name:
                rows.setdefault(prompt.label, []).append(number)
        for label in classes:
            if label not in rows:
                raise UserError(
                    f"{path}: template set '{name}' has no prompt for '{label}'{nearest(label, rows)}; {tables.REMEDY}"
                )
        found[name] = l2_normalize(np.stack([vectors[rows[label]].mean(axis=0) for label in classes]))
    return found
