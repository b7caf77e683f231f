"""What is left of judging: one JSON for people's pages, one tidy table for programs."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from humancentric import logs, schemas
from humancentric.claims import evidence, ties, verdicts
from humancentric.config.catalogue import Config
from humancentric.statistics.significance import LEVEL


def score(
    samples: Iterable[str | Path],
    predictions: Iterable[str | Path],
    fewshot: Iterable[str | Path],
    config: Config,
    reference: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the claims of a study with their verdicts, and its cells with intervals, ready to be written as JSON.

    `config` is `humancentric.config.claims.excerpt`, `reference` the paper's numbers.
    """
    with logs.stage("item scores"):
        items = evidence.read(samples, predictions, fewshot, config)
    with logs.stage("draws"):
        found = evidence.Evidence(items, config)
    with logs.stage("verdicts"):
        judged = verdicts.judge(found, config, reference)
        cells = ties.cells(found)
    return {"level": LEVEL, **config["options"], "claims": judged, "cells": cells}


def table(claims: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return one row a contrast, and one row with nothing but its verdict for a claim without any."""
    rows = [{**claim, **contrast} for claim in claims for contrast in claim["contrasts"] or [{"demo": False}]]
    names = list(schemas.CLAIMS.columns)
    return schemas.CLAIMS.table({name: [row.get(name) for row in rows] for name in names})
