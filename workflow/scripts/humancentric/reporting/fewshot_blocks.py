"""What the few-shot table and figure show together: each dataset, and the mean of those scored few-shot only."""

from dataclasses import dataclass

import numpy as np

from humancentric.reporting import study
from humancentric.reporting.cells import Cell, Scores
from humancentric.reporting.study import Config, label


@dataclass(frozen=True)
class Block:
    """One dataset, or several of which the mean is shown."""

    datasets: tuple[str, ...]

    def title(self, config: Config) -> str:
        """Return what stands above the block."""
        if len(self.datasets) == 1:
            return label(config, "datasets", self.datasets[0])
        return f"Mean of {len(self.datasets)} sets"

    def metric(self, config: Config) -> str:
        """Return the metric the block is judged by."""
        return study.headline(config, self.datasets[0])

    def views(self, config: Config) -> list[str]:
        """Return the image views that all datasets of the block have."""
        first, *others = (study.views(config, name, "image") for name in self.datasets)
        return [view for view in first if all(view in views for views in others)]

    def shots(self, config: Config) -> list[int]:
        """Return the numbers of prototypes a class at which all datasets of the block are scored."""
        first, *others = (study.shots(config, name) for name in self.datasets)
        return [shots for shots in first if all(shots in known for known in others)]

    def features(self, scores: Scores, config: Config) -> list[str]:
        """Return the picture features of the block, the encoders without knowledge last, where they were run."""
        name, views = self.datasets[0], self.views(config)
        ran = {key[2] for key in scores.cells if key[0] == "fewshot" and key[1] in self.datasets}
        chance = [features for features in study.chance_features(config, name) if features in ran]
        found = [*study.singles(config, name, "image"), *chance]
        return [features for features in found if features.split(".")[0] in views]

    def cell(self, scores: Scores, config: Config, features: str, shots: int) -> Cell | None:
        """Return the cell of `features`; of several datasets the mean of each repeat, None if one was not run."""
        return _mean([scores.fewshot(config, name, features, shots) for name in self.datasets])

    def chance(self, scores: Scores, config: Config, shots: int) -> Cell | None:
        """Return the cell of prototypes with shuffled labels; of several datasets the mean of each repeat."""
        return _mean([scores.shuffled(config, name, shots) for name in self.datasets])

    def short(self, scores: Scores, config: Config, shots: int) -> bool:
        """Return whether a class of the block has fewer training samples than `shots`."""
        found = (scores.shuffled(config, name, shots, "short") for name in self.datasets)
        return any(cell and cell.mean for cell in found)


def _mean(cells: list[Cell | None]) -> Cell | None:
    if not all(cells):
        return None
    repeats = min(cell.runs for cell in cells)
    values = np.mean([cell.values[:repeats] for cell in cells], axis=0)
    return Cell(tuple(values.tolist())) if len(cells) > 1 else cells[0]


def mean_block(config: Config) -> Block | None:
    """Return the block of the mean over the sets scored few-shot only; None unless several share a metric."""
    names = [name for name in study.fewshot_datasets(config) if name in study.fewshot_only(config)]
    if len(names) < 2 or len({study.headline(config, name) for name in names}) > 1:
        return None
    return Block(tuple(names))


def table_blocks(config: Config) -> list[Block]:
    """Return the blocks of the table: every dataset, then the mean."""
    mean = mean_block(config)
    return [*(Block((name,)) for name in study.fewshot_datasets(config)), *([mean] if mean else [])]


def figure_blocks(config: Config) -> list[Block]:
    """Return the panels of the figure, in which the mean stands for the sets that are scored few-shot only."""
    mean = mean_block(config)
    return [
        block
        for block in table_blocks(config)
        if mean is None or block == mean or not set(block.datasets) <= set(mean.datasets)
    ]
