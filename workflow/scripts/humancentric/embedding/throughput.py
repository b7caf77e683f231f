"""Measure an embedding job: samples per second, the rate of the model alone, and the time of each stage."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from humancentric.core import files

T = TypeVar("T")
READING, DECODING, WAITING = "reading", "decoding", "waiting"
TRANSFER, FORWARD, WRITING = "transfer", "forward", "writing"
STAGES = (READING, DECODING, WAITING, TRANSFER, FORWARD, WRITING)
CARD, CPU = "decoded_on_card", "decoded_on_cpu"
CONTENTION = "contention"  # time that the forward pass loses to the decoders
READY, SPARE = 3, 0.02  # runs of the model alone, and the share of the job that they may take


@dataclass
class Throughput:
    """Samples and seconds of one job.

    All stages but decoding are seconds of the main thread, so that they add up to the job; decoding is the sum over
    `decoders` threads or processes that run in parallel.
    """

    unit: str = "pictures"
    embedded: int = 0
    restored: int = 0  # from an earlier run
    seconds: float = 0.0
    decoders: int = 1
    bound: float = 0.0  # samples per second of the model alone, on prepared batches
    stages: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))
    decoded: dict[str, int] = field(default_factory=lambda: dict.fromkeys((CARD, CPU), 0))  # pictures
    truncated: int | None = None  # texts longer than the context, if counted during tokenisation
    # size of a prepared batch, and a call that embeds it
    ready: tuple[int, Callable[[], object]] | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the seconds of the block to the stage `name`."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] += time.perf_counter() - begin

    @contextmanager
    def whole(self, name: str) -> Iterator[None]:
        """Add the seconds of the block to the stage `name` and to the job: work after all samples are embedded."""
        before = self.stages[name]
        with self.stage(name):
            yield
        self.seconds += self.stages[name] - before

    def timed(self, items: Iterable[T]) -> Iterator[T]:
        """Yield `items`; count the seconds until each as waiting, minus those spent on reading."""
        iterator = iter(items)
        while True:
            begin, read = time.perf_counter(), self.stages[READING]
            try:
                item = next(iterator)
            except StopIteration:
                return
            finally:
                self.stages[WAITING] += time.perf_counter() - begin - (self.stages[READING] - read)
            yield item

    def add_forward(self, samples: int, seconds: float, transfer: float = 0.0) -> None:
        """Count a batch that took `seconds`, including `transfer` for copies to the card; the fastest is the bound."""
        self.stages[TRANSFER] += transfer
        self.stages[FORWARD] += seconds - transfer
        self.bound = max(self.bound, samples / max(seconds - transfer, 1e-9))

    def time_ready(self) -> None:
        """Time the model alone on the prepared batch, then release the batch.

        It runs up to three times, within 2 % of the job's time; the fastest run counts for the bound.
        """
        if self.ready is None:
            return
        (samples, embed), self.ready, spent = self.ready, None, 0.0
        for _ in range(READY):
            if not self.bound or spent + samples / self.bound > SPARE * self.seconds:
                return
            begin = time.perf_counter()
            embed()
            took = time.perf_counter() - begin
            spent += took
            self.bound = max(self.bound, samples / max(took, 1e-9))

    @property
    def rate(self) -> float:
        """Return the samples embedded per second."""
        return self.embedded / self.seconds if self.seconds else 0.0

    @property
    def share(self) -> float:
        """Return the rate as a share of the bound."""
        return self.rate / self.bound if self.bound else 0.0

    @property
    def bottleneck(self) -> str:
        """Return the stage that took most of the main thread's time; waiting counts as decoding.

        The time that the model would need alone counts as forward, the rest of the forward pass as contention.
        """
        alone = min(self.stages[FORWARD], self.embedded / self.bound) if self.bound else self.stages[FORWARD]
        lost = {
            FORWARD: alone,
            CONTENTION: self.stages[FORWARD] - alone,
            DECODING: self.stages[WAITING],
            **{name: self.stages[name] for name in (READING, TRANSFER, WRITING)},
        }
        return max(lost, key=lambda name: lost[name])

    def __str__(self) -> str:
        """Return a line for the log."""
        before = f"; {self.restored} were finished before" if self.restored else ""
        spent = ", ".join(f"{name} {self.stages[name]:.1f}" for name in STAGES)
        return (
            f"{self.embedded} {self.unit} at {self.rate:.1f}/s, {self.share:.0%} of the bound of {self.bound:.1f}/s; "
            f"seconds: {spent} (decoders: {self.decoders}); bottleneck: {self.bottleneck}{before}"
        )

    def record(self) -> dict[str, Any]:
        """Return the measurements for JSON."""
        return {
            "unit": self.unit,
            "embedded": self.embedded,
            "restored": self.restored,
            "seconds": self.seconds,
            "rate": self.rate,
            "bound": self.bound,
            "share": self.share,
            "decoders": self.decoders,
            "stages": self.stages,
            "bottleneck": self.bottleneck,
        }


def record_path(log: str | Path) -> Path:
    """Return the file of a job's measurements: ``benchmarks/...json`` for ``logs/...log``, next to its benchmark.

    It is not an output of the job, since outputs must not depend on when and where they are made.
    """
    path = Path(log)
    root = path.parents[2]
    return root.with_name("benchmarks") / path.relative_to(root).with_suffix(".json")


def save(throughput: Throughput, log: str | Path, **facts: Any) -> None:
    """Write the measurements of the job with this `log`, and the `facts` that explain them."""
    path = record_path(log)
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_json(path, {**facts, **throughput.record()})
