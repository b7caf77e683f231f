"""Transfer: fit probes on a dataset's train split and score them on its test split and further named splits."""

import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from humancentric.core.hashing import TRAIN, VALIDATION
from humancentric.core.logs import stage
from humancentric.dataset.labels import Samples
from humancentric.embedding.feature_vectors import Input
from humancentric.embedding.prompts import LOGIT_SCALE
from humancentric.evaluation import metrics, prediction_files
from humancentric.probing import fold_scaling, kinds, option_selection, probe, projection, trained_heads
from humancentric.probing.option_selection import Choice
from humancentric.probing.probe_inputs import ProbeInputs, class_texts, load, logit_scale
from humancentric.probing.projection import Projection

log = logging.getLogger("humancentric")


def fit_cell(
    cell: ProbeInputs,
    protocol: Mapping[str, Any],
    seeds: Sequence[int],
    prompts_path: str | Path | None = None,
) -> tuple[dict[int, Any], Choice, list[Input], dict[str, Any] | None, Projection | None]:
    """Return the heads by seed, the selection, the features' parts, the validation samples used, and the projection.

    The test split is not read here.
    """
    kind, train = kinds.kind_of(protocol), cell.samples[TRAIN]
    own = cell.samples.get(VALIDATION, Samples([], [])) if "validation" in protocol else Samples([], [])
    held = np.zeros(len(train), dtype=bool)
    if "validation" in protocol and not len(own):
        held = option_selection.held_out(train, cell.task, protocol)
    train = option_selection.split_by(train, held)
    unit = protocol["features"] == "normalised"
    with stage("read training features"):
        inputs, parts = cell.load(TRAIN, train, protocol.get("memory_mb"))
        widths = [part.width for part in parts]
        if unit:
            fold_scaling.to_unit_length(inputs, widths)
        # The projection is fitted to the rest alone, so that selection uses no held-out sample.
        rest = int((~held).sum())
        narrower = projection.fit(inputs[:rest] if rest else inputs, protocol)
        inputs = inputs if narrower is None else narrower.apply(inputs)
    protocol = projection.projected_row(protocol, narrower)
    width = widths[0] if kind.paired else inputs.shape[1]
    problem = probe.TrainingData(
        inputs, cell.encode(train), len(cell.classes), cell.task,
        class_texts(cell, protocol, prompts_path, width) if kind.prompted else None,
        logit_scale(prompts_path) if kind.prompted and prompts_path is not None else LOGIT_SCALE,
    )  # fmt: skip
    choice, validated = option_selection.unselected(protocol), None
    if "validation" in protocol:
        tried, truth = inputs[rest:], problem.targets[rest:]
        if len(own):
            tried = cell.load(VALIDATION, memory_mb=protocol.get("memory_mb"))[0]
            truth = cell.encode(own)
            if unit:
                fold_scaling.to_unit_length(tried, widths)
            tried = tried if narrower is None else narrower.apply(tried)
        with stage(f"select on {len(tried)} samples"):
            choice = option_selection.choose(problem.first(rest), tried, truth, protocol)
        validated = {"split": VALIDATION if len(own) else TRAIN, "samples": len(tried)}
    with stage(f"fit {len(seeds)} probes on {inputs.shape[0]} x {inputs.shape[1]}"):
        return kind.fit(problem, choice.row, list(seeds)), choice, parts, validated, narrower


def train_cell(
    samples_path: str | Path,
    embeddings: Mapping[str, Sequence[str | Path]],
    *,
    dataset: str,
    features_name: str,
    task: str,
    protocol_name: str,
    protocol: Mapping[str, Any],
    seeds: Sequence[int],
    prompts_path: str | Path | None = None,
) -> tuple[dict[str, Any], pa.Table, trained_heads.Trained]:
    """Return scores, predictions and the trained heads of one cell.

    `embeddings` holds the files of every split, in the order of the parts of `features_name`: ``train``, ``test``,
    and any others. All but train and validation are scored under their names; one without samples gives no runs.
    """
    begin = time.perf_counter()
    cell = load(samples_path, embeddings, features_name, task)
    heads, choice, parts, validated, narrower = fit_cell(cell, protocol, seeds, prompts_path)
    trained = trained_heads.Trained(
        heads=heads,
        inputs=parts,
        classes=cell.classes,
        task=task,
        dataset=dataset,
        protocol_name=protocol_name,
        protocol={**choice.row, "features": protocol["features"]},
        temperature=choice.temperature,
        projection=narrower,
    )
    runs, reports, tables = [], {}, []
    for split in [name for name in cell.embeddings if name not in (TRAIN, VALIDATION)]:
        samples = cell.samples[split]
        answers = trained_heads.apply(trained, *cell.load(split), cell.classes)
        truth = cell.encode(samples)
        runs += prediction_files.runs(truth, answers, task, trained.threshold, split, trained.temperature)
        reports[split] = metrics.report(truth, answers, cell.classes, task, trained.threshold)
        tables.append(
            prediction_files.predictions(samples.ids, [split] * len(samples), answers, len(cell.classes))
        )
    scores = {
        "dataset": dataset,
        "features": features_name,
        "protocol": protocol_name,
        "trained_on": dataset,
        "metric": metrics.HEADLINES[task],
        "classes": list(cell.classes),
        "runs": runs,
        "classes_report": reports,
        "threshold": trained.threshold,
        "temperature": trained.temperature,
        "selected": dict(choice.options),
        "validation": validated and {**validated, "candidates": list(choice.candidates)},
        "heads": trained.sizes(),
        "epochs": trained.epochs,
        "samples": {name: len(samples) for name, samples in cell.samples.items()},
        "seconds": round(time.perf_counter() - begin, 3),
    }
    return scores, pa.concat_tables(tables), trained
