"""Estimate the time, disk space and memory of a study by timing a few samples of its data on this machine."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from humancentric.core import logs
from humancentric.core.errors import UserError
from humancentric.core.images import decode
from humancentric.core.weights import is_local, on_hub
from humancentric.dataset.labels import TARGET
from humancentric.embedding import encoders
from humancentric.embedding.encoder import IMAGE, Encoder
from humancentric.masking import detectors
from humancentric.masking.image_masking import mask_image
from humancentric.probing import kinds
from humancentric.probing.probe import TrainingData
from humancentric.study import feature_sets
from humancentric.study.study import Dataset, Study

HANDFUL = {"image": 16, "text": 64}  # samples for timing an encoder
MASKED_HANDFUL = 4  # images for timing a detector
TRAINED = 500  # maximum number of samples for timing a probe
WIDTH = 1024  # number of its features
BYTES = 4  # per float32
BASE_MB = 300  # memory of Python and its libraries


@dataclass(frozen=True)
class Sampled:
    """Some samples of a dataset (image files, texts by view, targets), and counts over all of its samples."""

    pictures: Sequence[bytes]
    texts: Mapping[str, Sequence[str]]
    targets: np.ndarray
    samples: Mapping[str, int]  # by split
    picture_bytes: int  # of all pictures
    classes: int

    @property
    def total(self) -> int:
        """Return the number of samples of all splits."""
        return sum(self.samples.values())


@dataclass
class Costs:
    """Core seconds by stage, parts that could not be timed, bytes on disk, peak memory in bytes, and text lengths."""

    seconds: dict[str, float] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)  # encoders whose weights are not on this machine
    untimed: dict[str, str] = field(default_factory=dict)  # reason by name of other parts
    disk: int = 0
    memory: int = 0
    truncated: dict[tuple[str, str, str], tuple[int, int, Any]] = field(default_factory=dict)
    """By (dataset, view, encoder): texts longer than the context, texts, context in tokens (None: no limit)."""

    def add(self, stage: str, seconds: float) -> None:
        """Add seconds to a stage."""
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds


def timed(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Return the seconds of a second call, which excludes warm-up."""
    work()
    begin = clock()
    work()
    return clock() - begin


def estimate(
    study: Study, sampled: Mapping[str, Sampled], clock: Callable[[], float] = time.perf_counter
) -> Costs:
    """Return the costs of a study from samples of its datasets.

    Nothing is downloaded; an encoder whose weights are not on this machine is not timed.
    """
    costs = Costs()
    for name in study.encoder_names:
        _time_encoder(study, name, sampled, costs, clock)
    for dataset, some in sampled.items():
        for view in study.datasets[dataset].masked_views.values():
            _time_masking(study, view.detector, some, costs, clock)
        masked = len(study.datasets[dataset].masked_views)
        costs.disk += some.picture_bytes * (1 + masked)
        for part in feature_sets.embedded_parts(study, dataset):
            width = study.encoders[part.split(".")[1]].row["width"]
            costs.disk += some.total * width * BYTES
        _time_probes(study, dataset, some, costs, clock)
    costs.memory = max(costs.memory, logs.peak_memory() or 0)
    return costs


def _time_encoder(
    study: Study, name: str, sampled: Mapping[str, Sampled], costs: Costs, clock: Callable[[], float]
) -> None:
    encoder = study.encoders[name]
    try:
        loaded = encoders.load(encoder.row, name)
    except UserError as error:
        loaded = None
        if on_hub(encoder.row):
            costs.absent.append(name)
        else:
            costs.untimed[name] = str(error)
    for dataset, some in sampled.items():
        row = study.datasets[dataset]
        parts = [part.split(".") for part in feature_sets.embedded_parts(study, dataset)]
        for view in [view for view, own in parts if own == name]:
            items: Sequence[Any] = some.pictures if encoder.modality == IMAGE else some.texts[view]
            handful = items[: HANDFUL[encoder.modality]]
            if encoder.modality != IMAGE:
                costs.truncated[dataset, view, name] = _truncated(loaded, encoder.row, items)
            if loaded is None or not handful:
                continue
            seconds = timed(_embedding(loaded, handful), clock) / len(handful)
            costs.add(f"embed {row.views[view].modality}s", seconds * some.total)


def _embedding(encoder: Encoder, items: Sequence[Any]) -> Callable[[], object]:
    if encoder.modality == IMAGE:
        return lambda: encoder.embed_images([decode(item) for item in items])
    fitted = encoder.fit(items) if encoder.fit else encoder
    return lambda: fitted.embed_texts(items)


def _truncated(encoder: Encoder | None, row: Mapping[str, Any], texts: Sequence[str]) -> tuple[int, int, Any]:
    """Return the number of texts longer than an encoder's context, the number of texts, and the context in tokens.

    The context is -1 if unknown. open_clip includes most of its tokenizers, which therefore need no weights.
    """
    if encoder is not None:
        return encoder.truncated(texts), len(texts), encoder.description.get("context")
    if row["kind"] != "open-clip" or is_local(row["weights"]):
        return 0, len(texts), -1
    import open_clip

    model = open_clip.get_model_config(row["model"]) or {}
    if "hf_tokenizer_name" in model.get("text_cfg", {"hf_tokenizer_name": ""}):
        return 0, len(texts), -1
    logging.disable(logging.INFO)  # open_clip logs how it looks for the tokenizer
    tokenizer = open_clip.get_tokenizer(row["model"])
    logging.disable(logging.NOTSET)
    context = tokenizer.context_length
    longer = sum(len(tokenizer.encode(text)) + 2 > context for text in texts)  # 2: start and end tokens
    return longer, len(texts), context


def _time_masking(study: Study, name: str, some: Sampled, costs: Costs, clock: Callable[[], float]) -> None:
    row, pictures = study.detectors[name], [decode(item) for item in some.pictures[:MASKED_HANDFUL]]
    try:
        detector = detectors.load(row, f"detectors.{name}")
    except (UserError, TypeError) as error:  # boxes of another view are made by the study itself
        costs.untimed[f"detector {name}"] = str(error)
        return
    if pictures:
        seconds = timed(lambda: [mask_image(rgb, detector, row) for rgb in pictures], clock)
        costs.add("mask pictures", seconds / len(pictures) * some.total)


def _time_probes(study: Study, dataset: str, some: Sampled, costs: Costs, clock: Callable[[], float]) -> None:
    """Add the time of a dataset's probes, scaled up from one probe per protocol that is fitted to noise."""
    cells = [cell for cell in feature_sets.transfer_cells(study) if cell[0] == dataset]
    targets = some.targets[:TRAINED]
    inputs = np.random.default_rng(0).standard_normal((len(targets), WIDTH)).astype(np.float32)
    problem = TrainingData(inputs, targets, some.classes, study.datasets[dataset].task)
    train = some.samples.get("train", 0)
    for folder, protocol in study.transfer_folders.items():
        row, number = study.protocols[protocol].row, sum(cell[1] == folder for cell in cells)
        if not number or not len(targets) or kinds.kind_of(row).prompted:
            continue
        options = int(np.prod([len(values) for values in row.get("grid", {}).values()]))
        begin = clock()
        kinds.kind_of(row).fit(problem, row, [0])
        seconds = (clock() - begin) * max(1.0, train / len(targets))
        costs.add("train probes", seconds * number * (study.seeds + (options if options > 1 else 0)))
        test = some.total - train
        costs.disk += number * study.seeds * test * some.classes * BYTES
    widths = [_width(study, cell[2]) for cell in cells]
    costs.memory = max([costs.memory, *(BASE_MB * 10**6 + 2 * BYTES * train * width for width in widths)])


def _width(study: Study, features: str) -> int:
    return sum(study.encoders[encoder].row["width"] for _, encoder in feature_sets.split_features(features))


def sample_of(row: Dataset, frame: Any, pictures: Sequence[bytes], picture_bytes: int, texts: int) -> Sampled:
    """Return some samples of a dataset: at most `texts` of each text view and `TRAINED` targets.

    `frame` is a polars data frame of all samples in random order.
    """
    names = sorted(set(frame["labels"].explode().drop_nulls()))
    number = {name: position for position, name in enumerate(names)}
    train = frame.filter(frame["split"] == "train")["labels"].to_list()[:TRAINED]
    if row.is_rated:
        names, targets = list(TARGET), np.array([(float(labels[0]), 1.0) for labels in train]).reshape(-1, 2)
    elif row.task == "multi-label":
        targets = np.zeros((len(train), len(names)), np.uint8)
        for position, labels in enumerate(train):
            targets[position, [number[label] for label in labels]] = 1
    else:
        targets = np.array([number[labels[0]] for labels in train], np.int64)
    return Sampled(
        pictures,
        {view: frame[column].drop_nulls()[:texts].to_list() for view, column in row.text_columns.items()},
        targets,
        dict(frame["split"].value_counts().iter_rows()),
        picture_bytes,
        len(names),
    )
