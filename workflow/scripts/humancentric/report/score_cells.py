"""Group scores into cells; a cell holds the runs behind one printed number."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from humancentric.study import report_config
from humancentric.study.study import Study

REPEATED = ("transfer", "control", "zeroshot")  # tasks whose rows also have a protocol or a set of templates


@dataclass(frozen=True)
class Cell:
    """The values of one cell's runs, in the order of their seeds; fractions between 0 and 1."""

    values: tuple[float, ...]

    @property
    def runs(self) -> int:
        """Return the number of runs."""
        return len(self.values)

    @property
    def mean(self) -> float:
        """Return the mean over runs."""
        return float(np.mean(self.values))

    @property
    def std(self) -> float:
        """Return the standard deviation over runs with ddof 0, as tables print it."""
        return float(np.std(self.values))

    @property
    def std_sample(self) -> float:
        """Return the standard deviation with ddof 1 (nan for a single run)."""
        return float(np.std(self.values, ddof=1)) if self.runs > 1 else math.nan


class Scores:
    """Look up the rows of ``scores.parquet`` by cell; null and nan values count as not run."""

    def __init__(self, table: pa.Table, claims: Mapping[str, Any] | None = None) -> None:
        """Group the rows of a table of the scores schema; `claims` is the content of ``claims.json``."""
        self.claims = claims or {}
        groups: dict[tuple, list[tuple[int, float]]] = {}
        for row in table.to_pylist():
            if row["value"] is None or not math.isfinite(row["value"]):
                continue
            protocol = row["protocol"] if row["task"] in REPEATED else None
            key = (
                row["task"],
                row["dataset"],
                row["features"],
                row["split"],
                protocol,
                row["shots"],
                row["metric"],
            )
            groups.setdefault(key, []).append((-1 if row["seed"] is None else row["seed"], row["value"]))
        self.cells = {key: Cell(tuple(value for _, value in sorted(runs))) for key, runs in groups.items()}

    def transfer(self, study: Study, dataset: str, features: str, task: str = "transfer") -> Cell | None:
        """Return the headline cell of probes on the test split under the first protocol, None if not run."""
        metric = report_config.headline(study, dataset)
        return self.cells.get((task, dataset, features, "test", report_config.protocol(study), None, metric))

    def probe(self, study: Study, dataset: str, features: str, protocol: str) -> Cell | None:
        """Return the headline cell of probes on the test split under any protocol, None if not run."""
        metric = report_config.headline(study, dataset)
        return self.cells.get(("transfer", dataset, features, "test", protocol, None, metric))

    def control(self, study: Study, control: str, features: str) -> Cell | None:
        """Return the headline cell of a control dataset, None if not run."""
        return self.transfer(study, control, features, task="control")

    def control_of(self, study: Study, control: str, features: str, split: str) -> Cell | None:
        """Return the headline cell of a control on another selection of samples, None if it is the same one."""
        metric, protocol = report_config.headline(study, control), report_config.protocol(study)
        return self.cells.get(("control", control, features, split, protocol, None, metric))

    def fewshot(self, study: Study, dataset: str, features: str, shots: int) -> Cell | None:
        """Return the headline cell of the few-shot experiment with `shots` prototypes per class, None if not run."""
        key = ("fewshot", dataset, features, "test", None, shots, report_config.headline(study, dataset))
        return self.cells.get(key) or self.cells.get((*key[:3], None, *key[4:]))

    def shuffled(self, study: Study, dataset: str, shots: int, metric: str = "") -> Cell | None:
        """Return the headline (or `metric`) cell of shuffled-label prototypes, `shots` per class, None if not run."""
        wanted = metric or report_config.headline(study, dataset)
        return self.cells.get(("chance", dataset, "shuffled-prototypes", "test", None, shots, wanted))

    def zeroshot(
        self, study: Study, dataset: str, features: str, templates: str, metric: str = ""
    ) -> Cell | None:
        """Return the headline cell (or that of `metric`) of a set of templates, None if not run."""
        wanted = metric or report_config.headline(study, dataset)
        return self.cells.get(("zeroshot", dataset, features, "test", templates, None, wanted))

    def value(self, task: str, dataset: str, features: str, split: str, metric: str) -> float | None:
        """Return a number that has neither protocol nor runs, None if missing."""
        cell = self.cells.get((task, dataset, features, split, None, None, metric))
        return cell.mean if cell else None

    def slices(self, task: str, dataset: str, features: str) -> list[tuple[str, str]]:
        """Return the ``(side, month)`` pairs that a dataset's features were scored on, in order."""
        found = {
            key[3] for key in self.cells if key[:3] == (task, dataset, features) and ":" in (key[3] or "")
        }
        return sorted(tuple(name.split(":", 1)) for name in found)

    def blind(self, study: Study, dataset: str) -> dict[str, Cell]:
        """Return the headline cells of the input-free baselines by name, best first."""
        metric = report_config.headline(study, dataset)
        found = {
            key[2]: cell
            for key, cell in self.cells.items()
            if key[:2] == ("chance", dataset) and key[3] in ("test", None) and key[5:] == (None, metric)
        }
        return dict(sorted(found.items(), key=lambda item: (-item[1].mean, item[0])))
