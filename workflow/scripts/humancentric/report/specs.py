"""Register the tables and figures of a report: one `TableSpec` or `FigureSpec` in the module that builds it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from humancentric.core.escaping import restructured
from humancentric.core.files import write_text
from humancentric.report.sections import SECTIONS
from humancentric.study.report_config import label
from humancentric.study.study import Study

FORMATS = {".tex": "LaTeX", ".csv": "CSV", ".md": "Markdown", ".pdf": "PDF", ".png": "PNG"}


@dataclass(frozen=True, kw_only=True)
class OutputSpec:
    """The fields that tables and figures have in common.

    If `name` contains ``{dataset}``, there is one output for each dataset that `shown` returns, and `title` may contain
    it as well. Otherwise there is one output if `shown` returns anything.
    """

    name: str  # file name without its extension
    section: str  # of the page, a key of `sections.SECTIONS`
    title: str  # heading on the page
    order: int  # position in the report and in its section
    shown: Callable[[Study], Sequence[object]]
    caption: str | Callable[..., str]
    files: Callable[[Study], Sequence[str]] = lambda study: []  # further inputs, relative to the project


@dataclass(frozen=True, kw_only=True)
class TableSpec(OutputSpec):
    """A table. `build` takes `ReportInputs`, the study and, if the table is about one dataset, its name.

    It returns a `Table`. A caption may be a function of the study and, likewise, the dataset.
    """

    build: Callable
    folded: bool = False  # collapsed on the page


@dataclass(frozen=True, kw_only=True)
class FigureSpec(OutputSpec):
    """A figure. `draw` takes `ReportInputs`, the study and, if the figure is about one dataset, its name."""

    caption: str
    draw: Callable
    alt: str  # description for readers who cannot see it


Spec = TypeVar("Spec", bound=OutputSpec)


@dataclass(frozen=True)
class Instance(Generic[Spec]):
    """A table or figure of one study; `dataset` is empty if it is about several."""

    name: str
    title: str
    dataset: str
    spec: Spec

    @property
    def arguments(self) -> tuple[str, ...]:
        """Return the last arguments of `build`, `draw` and `caption`: the dataset, if there is one."""
        return (self.dataset,) if self.dataset else ()

    def caption(self, study: Study) -> str:
        """Return the caption, which for a table may depend on the study."""
        found = self.spec.caption
        return found if isinstance(found, str) else found(study, *self.arguments)


def instances(specs: Sequence[Spec], study: Study) -> list[Instance[Spec]]:
    """Return the outputs of a study: first those of single datasets, by dataset, then those of several."""
    single = [spec for spec in specs if "{dataset}" in spec.name]
    found = [
        Instance(
            spec.name.format(dataset=name),
            spec.title.format(dataset=label(study, "datasets", name)),
            name,
            spec,
        )
        for name in study.dataset_names
        for spec in single
        if name in spec.shown(study)
    ]
    return found + [
        Instance(spec.name, spec.title, "", spec)
        for spec in specs
        if spec not in single and spec.shown(study)
    ]


def further_files(specs: Sequence[OutputSpec], study: Study) -> list[str]:
    """Return the further files that the outputs of a study read, listed by their specs."""
    shown = {found.spec.name for found in instances(specs, study)}
    return list(dict.fromkeys(path for spec in specs if spec.name in shown for path in spec.files(study)))


def caption_file(found: Instance, folder: str | Path) -> Path:
    """Return the path of the caption of a table or figure whose own files are in `folder`."""
    return Path(folder) / "captions" / f"{found.name}.rst"


def report_entry(found: Instance, path: str | Path) -> dict:
    """Return the arguments of Snakemake's ``report()`` for one file of a table or figure.

    The path of the caption, which is written by the rule of the file, is absolute, because Snakemake resolves relative
    ones against the file of the rule.
    """
    path = Path(path)
    return {
        "category": SECTIONS[found.spec.section].title,
        "caption": str(caption_file(found, path.parent).absolute()),
        "labels": {
            "result": found.title,
            "kind": "Table" if isinstance(found.spec, TableSpec) else "Figure",
            "format": FORMATS[path.suffix],
        },
    }


def write_captions(outputs: Sequence[Instance], study: Study, folder: str | Path) -> list[Path]:
    """Write the captions of tables or figures for Snakemake's report; return the paths."""
    paths = [caption_file(output, folder) for output in outputs]
    for output, path in zip(outputs, paths, strict=True):
        words = " ".join(filter(None, [output.caption(study), SECTIONS[output.spec.section].about]))
        write_text(path, restructured(words) + "\n")
    return paths
