"""Turn the paper's printed means, spreads and sizes into estimates, to judge its numbers by the same rules.

Scores of single items are not printed. Two assumptions replace them, and both widen intervals: the items of two cells
count as independent, although encoders tend to fail on the same ones, and F1 has the variance of a score of 0 or 1.
Without items (`with_items` is false) only the seeds vary, and intervals hold for that test split alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from humancentric.core.hashing import hashed_generator
from humancentric.evaluation.claims.comparisons import Best, Cell, Terms
from humancentric.evaluation.estimates import Estimate, combine
from humancentric.study.feature_sets import split_features
from humancentric.study.study import SUBSET, Dataset, Encoder, MaskedView, Protocol, Study, View

Reference = Mapping[str, Any]
SEEDS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])  # five runs, evenly spread
SMALLEST = 0.005  # upper bound of a spread that is printed as .00
TASKS = {"accuracy": "single-label", "f1_samples": "multi-label"}


class Printed:
    """The cells that the paper prints."""

    def __init__(
        self, reference: Reference, resamples: int = 2000, seed: int = 0, with_items: bool = True
    ) -> None:
        """Collect mean, spread over runs and size of every cell; scores as fractions."""
        self.resamples, self.seed, self.with_items = resamples, seed, with_items
        self.cells: dict[Cell, tuple[float, float | None, int | None]] = {}
        self._means = cache(self._mean)
        sizes = reference.get("sizes", {})
        spreads: dict[tuple[str, str], float] = {}
        for dataset, table in reference["tables"].items():
            scale = _scale(table)
            for name, (mean, spread) in table["cells"].items():
                spreads[dataset, name] = max(spread, SMALLEST) / scale
                found = (mean / scale, spreads[dataset, name], sizes.get(dataset, {}).get("test"))
                self.cells[Cell("transfer", dataset, name)] = found
        # No spreads are printed for controls: use that of the same features on the dataset that trained the heads.
        for dataset, table in controls(reference).items():
            for name, mean in table["cells"].items():
                value = (mean[1] if isinstance(mean, list) else mean) / _scale(table)
                spread = spreads.get((table["parent"], name))
                self.cells[Cell("control", dataset, name)] = (
                    value,
                    spread,
                    sizes.get(dataset, {}).get("test"),
                )

    def __contains__(self, cell: Cell) -> bool:
        """Return whether the paper prints a cell."""
        return cell in self.cells

    def too_few(self, cells: Iterable[Cell]) -> str | None:
        """Return why no verdict can be given; None, because a paper's test splits are large."""
        return None

    def estimate(self, terms: Terms) -> Estimate:
        """Return a weighted sum of printed means."""
        # The best of several rivals is the one with the highest printed mean.
        cells = (
            (
                weight,
                max(part.cells, key=lambda cell: self.cells[cell][0]) if isinstance(part, Best) else part,
            )
            for weight, part in terms
        )
        return combine((weight, self._means(cell)) for weight, cell in cells)

    def _mean(self, cell: Cell) -> Estimate:
        mean, spread, size = self.cells[cell]
        name = f"{cell.task}:{cell.dataset}:{cell.features}"
        rng = hashed_generator(self.seed, "printed", name)
        draws, items, seeds = np.full(self.resamples, mean), {}, {}
        clusters = {name: float(size or np.inf)}
        if self.with_items and size:
            error = (mean * (1 - mean) / size) ** 0.5
            items[name] = np.array([error])  # its square is the variance, like the sum of squared influences
            draws = draws + rng.normal(0, error, self.resamples)
        if spread is not None:
            runs = len(SEEDS)
            # It is not known whether printed spreads have ddof 0 or 1; 0 is assumed, which gives the larger error.
            deviations = spread * (runs / (runs - 1)) ** 0.5 * SEEDS / SEEDS.std(ddof=1)
            seeds[name,] = deviations
            draws = draws + rng.normal(0, deviations.std(ddof=1) / runs**0.5, self.resamples)
        return Estimate(mean, draws, items, seeds, clusters)


def _scale(table: Mapping[str, Any]) -> float:
    return 100.0 if table["metric"] == "accuracy" else 1.0


def controls(reference: Reference) -> dict[str, Mapping[str, Any]]:
    """Return the printed tables of controls by dataset, including the subset of an earlier study."""
    subset = reference.get("subset", {})
    return {**reference["controls"], **({subset["dataset"]: subset} if subset else {})}


def study_of_paper(reference: Reference, study: Study) -> Study:
    """Return a study with the cells that the paper prints and the claims of `study`."""
    encoders = {name: Encoder(name, **row) for name, row in reference.get("encoders", {}).items()}
    tables, extra = reference["tables"], controls(reference)
    rows = {name: _dataset(name, table, encoders) for name, table in {**tables, **extra}.items()}
    if "subset" in reference:
        name = reference["subset"]["dataset"]
        rows[name] = replace(rows[name], source={"kind": SUBSET})
    image, text = (
        tuple(name for name, row in encoders.items() if row.modality == modality)
        for modality in ("image", "text")
    )
    return Study(
        name="printed",
        datasets=rows,
        encoders=encoders,
        protocols={"printed": Protocol("printed")},
        chosen_protocols=("printed",),
        claims=study.claims,
        trained=tuple(tables),
        controls={name: table["parent"] for name, table in extra.items()},
        image_encoders=image,
        text_encoders=text,
        claim_options=study.claim_options,
    )


def _dataset(name: str, table: Mapping[str, Any], encoders: Mapping[str, Encoder]) -> Dataset:
    """Return the dataset of a printed table; its image views after the first are masked."""
    parts = dict.fromkeys(part for cell in table["cells"] for part in split_features(cell))
    modalities = {view: encoders[encoder].modality for view, encoder in parts if encoder in encoders}
    images = [view for view, modality in modalities.items() if modality == "image"]
    views = {
        view: MaskedView(view, modality, of=images[0], detector="")
        if view in images[1:]
        else View(view, modality)
        for view, modality in modalities.items()
    }
    return Dataset(
        name=name, source={"kind": "printed"}, task=TASKS[table["metric"]], views=views, origin=name
    )
