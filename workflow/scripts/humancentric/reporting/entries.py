"""The tables and figures that a study may have: where each stands on the page and its words, said here only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from humancentric.reporting import study
from humancentric.reporting.study import Config, label

IN_PAPER = ("mvsa", "book-covers", "plotster")  # the rows that resources/paper_reference.json has tables of


@dataclass(frozen=True)
class Entry:
    """A table or a figure: its file name, its section on the page, its heading, and the datasets that it is about.

    Where `name` holds ``{dataset}`` there is one for each of the datasets, else one if there are any; `title` may
    hold it, too. Figures have their caption and the words for who cannot see them; a table's caption is with its rows.
    """

    name: str
    topic: str  # a section of `topics.SECTIONS`
    title: str
    of: Callable[[Config], Sequence[object]]
    caption: str = ""
    alt: str = ""
    folded: bool = False  # closed on the page until a reader opens it


@dataclass(frozen=True)
class Placed:
    """An entry of one study."""

    name: str
    title: str
    dataset: str  # empty where it is about several
    entry: Entry


def _in_paper(config: Config) -> list[str]:
    return [name for name in study.datasets(config) if name in IN_PAPER]


def _claimed(config: Config) -> list[str]:
    return study.datasets(config) if study.claims(config) else []


TABLES = (
    Entry("{dataset}", "results", "{dataset}", study.datasets),
    Entry("{dataset}-against-paper", "results", "{dataset} against the paper", _in_paper, folded=True),
    Entry("{dataset}-intervals", "results", "{dataset} with intervals", study.datasets, folded=True),
    Entry("chance", "results", "Chance", study.all_datasets),
    Entry("protocols", "protocols", "Protocols side by side", study.further_protocols),
    Entry("claims", "claims", "Claims and their verdicts", study.claims),
    Entry("{dataset}-ties", "claims", "{dataset}: ties instead of ranks", _claimed, folded=True),
    Entry("fewshot", "fewshot", "Few-shot scores", study.fewshot_datasets),
    Entry("zeroshot", "zeroshot", "Zero-shot scores", study.zeroshot_datasets),
    Entry("control", "control", "Before and after", study.controls),
    Entry("differences", "control", "Leads before and after", study.differing_controls),
    Entry("subset", "control", "Films of another study", study.subsets),
    Entry("datasets", "datasets", "Sizes", study.all_datasets, folded=True),
    Entry("texts", "texts", "Texts", study.text_datasets),
)


def placed(entries: Sequence[Entry], config: Config) -> list[Placed]:
    """Return the entries of a study: those of single datasets first, dataset by dataset, then those of several."""
    single = [entry for entry in entries if "{dataset}" in entry.name]
    found = [
        Placed(
            entry.name.format(dataset=name),
            entry.title.format(dataset=label(config, "datasets", name)),
            name,
            entry,
        )
        for name in study.all_datasets(config)
        for entry in single
        if name in entry.of(config)
    ]
    return found + [
        Placed(entry.name, entry.title, "", entry)
        for entry in entries
        if entry not in single and entry.of(config)
    ]
