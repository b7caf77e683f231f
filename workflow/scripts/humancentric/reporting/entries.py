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
    Entry("texts", "datasets", "Texts", study.text_datasets, folded=True),
)
FIGURES = (
    Entry(
        name="claims",
        topic="claims",
        title="Claims and their verdicts",
        of=study.claims,
        caption=(
            "Every contrast with its 95 % interval (paired bootstrap over test samples and seeds), in points of "
            "accuracy or samples F1; diamonds are the paper's values, grey bars margins within which a difference "
            "counts as none. Filled circles: reproduced; open ones: not separable; crosses: reversed."
        ),
        alt=(
            "Forest plot, one row a contrast under the name of its claim: value, 95 % interval, the paper's value, and "
            "the verdict on the claim as a word. The table beside it and the lists above hold the numbers."
        ),
    ),
    Entry(
        name="fewshot",
        topic="fewshot",
        title="Few-shot curves",
        of=study.fewshot_datasets,
        caption=(
            "Few-shot: 1-nearest neighbour on pictures, mean over repeated draws; bands are one standard deviation."
        ),
        alt=(
            "Line charts, one panel a dataset: score of a 1-nearest-neighbour classifier on pictures against the "
            "number of prototypes a class, one line an encoder and view, bands of one standard deviation. "
            "The table beside it holds the numbers."
        ),
    ),
    Entry(
        name="masking-effect",
        topic="masking",
        title="What masking costs",
        of=study.masked_datasets,
        caption=(
            "Pictures alone, with their text and with the text masked; bars are one standard deviation."
        ),
        alt=(
            "Slope charts, one panel a dataset: score of pictures alone with their text (left) and with the text "
            "masked (right), one line an encoder. The result tables hold the numbers."
        ),
    ),
    Entry(
        name="control",
        topic="control",
        title="Before and after",
        of=study.controls,
        caption="Scores on the dataset that heads were trained on (filled) and on the control (open).",
        alt=(
            "Dot chart, one row a view and encoder: score on the dataset the head was trained on (filled) and on "
            "the control (open). The table beside it holds the numbers."
        ),
    ),
    Entry(
        name="differences",
        topic="control",
        title="Leads month by month",
        of=study.differing_controls,
        caption=(
            "Leads of encoders that were trained on images and language over others, by month of release: points "
            "are slices of time with 95 % intervals (pale and without: fewer than 5 samples), lines the means "
            "before (filled) and after (open) the cut-off."
        ),
        alt=(
            "Scatter charts, one panel a control and view: the lead of an encoder that was trained on images and "
            "language over each of the others against the months from the cut-off, with 95 % intervals, and the mean "
            "leads before and after as lines. The table beside it holds the means."
        ),
    ),
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
