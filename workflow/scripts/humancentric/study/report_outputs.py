"""Declare the tables and figures of a study: name, section, title, caption and alternative text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

IN_PAPER = ("mvsa", "book-covers", "plotster")  # the rows that resources/paper_reference.json has tables of


@dataclass(frozen=True)
class TableSpec:
    """A table or a figure: its file name, its section on the page, its heading, and the datasets that it is about.

    Where `name` holds ``{dataset}`` there is one for each of the datasets, else one if there are any; `title` may
    hold it, too. Figures have their caption and the words for who cannot see them; a table's caption is with its rows.
    """

    name: str
    topic: str  # a section of `topics.SECTIONS`
    title: str
    of: Callable[[Study], Sequence[object]]
    caption: str = ""
    alt: str = ""
    folded: bool = False  # closed on the page until a reader opens it


@dataclass(frozen=True)
class TableInstance:
    """An entry of one study."""

    name: str
    title: str
    dataset: str  # empty where it is about several
    entry: TableSpec


def _in_paper(study: Study) -> list[str]:
    return [name for name in report_config.datasets(study) if name in IN_PAPER]


def _claimed(study: Study) -> list[str]:
    return report_config.datasets(study) if report_config.claims(study) else []


TABLES = (
    TableSpec("{dataset}", "results", "{dataset}", report_config.datasets),
    TableSpec("{dataset}-against-paper", "results", "{dataset} against the paper", _in_paper, folded=True),
    TableSpec(
        "{dataset}-intervals", "results", "{dataset} with intervals", report_config.datasets, folded=True
    ),
    TableSpec("chance", "results", "Chance", report_config.all_datasets),
    TableSpec("protocols", "protocols", "Protocols side by side", report_config.further_protocols),
    TableSpec("claims", "claims", "Claims and their verdicts", report_config.claims),
    TableSpec("{dataset}-ties", "claims", "{dataset}: ties instead of ranks", _claimed, folded=True),
    TableSpec("fewshot", "fewshot", "Few-shot scores", report_config.fewshot_datasets),
    TableSpec("zeroshot", "zeroshot", "Zero-shot scores", report_config.zeroshot_datasets),
    TableSpec("control", "control", "Before and after", report_config.controls),
    TableSpec("differences", "control", "Leads before and after", feature_sets.differing_controls),
    TableSpec("subset", "control", "Films of another study", report_config.subsets),
    TableSpec("datasets", "datasets", "Sizes", report_config.all_datasets, folded=True),
    TableSpec("texts", "texts", "Texts", report_config.text_datasets),
)


def placed(entries: Sequence[TableSpec], study: Study) -> list[TableInstance]:
    """Return the entries of a study: those of single datasets first, dataset by dataset, then those of several."""
    single = [entry for entry in entries if "{dataset}" in entry.name]
    found = [
        TableInstance(
            entry.name.format(dataset=name),
            entry.title.format(dataset=label(study, "datasets", name)),
            name,
            entry,
        )
        for name in report_config.all_datasets(study)
        for entry in single
        if name in entry.of(study)
    ]
    return found + [
        TableInstance(entry.name, entry.title, "", entry)
        for entry in entries
        if entry not in single and entry.of(study)
    ]


def _single_label(study: Study) -> list[str]:
    return [name for name in report_config.datasets(study) if study.datasets[name].task == "single-label"]


def _under_protocols(study: Study) -> list[str]:
    return report_config.datasets(study) if len(study.chosen_protocols) > 1 else []


FIGURES = (
    TableSpec(
        name="claims",
        topic="claims",
        title="Claims and their verdicts",
        of=report_config.claims,
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
    TableSpec(
        name="fewshot",
        topic="fewshot",
        title="Few-shot curves",
        of=report_config.fewshot_datasets,
        caption=(
            "Few-shot: 1-nearest neighbour on pictures against the number of training pictures a class, mean over "
            "repeated draws; bands are one standard deviation. Open markers: pictures whose text is masked. Dotted: "
            "prototypes with shuffled labels. Sets that are scored few-shot only are averaged in one panel."
        ),
        alt=(
            "Line charts, one panel a dataset: score of a 1-nearest-neighbour classifier on pictures against the "
            "number of prototypes a class, one line an encoder and view, bands of one standard deviation. "
            "The table beside it holds the numbers."
        ),
    ),
    TableSpec(
        name="masking-effect",
        topic="masking",
        title="What masking costs",
        of=report_config.masked_datasets,
        caption=(
            "Pictures alone, with their text and with the text masked; bars are one standard deviation. Several masked "
            "views of one dataset stand at the share of the picture that they cover. Dotted: the best answer that "
            "looks at nothing."
        ),
        alt=(
            "Slope charts, one panel a dataset: score of pictures alone with their text (left) and with the text "
            "masked (right), one line an encoder. The result tables hold the numbers."
        ),
    ),
    TableSpec(
        name="control",
        topic="control",
        title="Before and after",
        of=report_config.controls,
        caption=(
            "Scores on the dataset that heads were trained on (filled, above) and on the control (open, below), with "
            "the change; bars are one standard deviation over seeds."
        ),
        alt=(
            "Dot chart, one row a view and encoder: score on the dataset the head was trained on (filled) and on "
            "the control (open), with the change in figures. The table beside it holds the numbers."
        ),
    ),
    TableSpec(
        name="differences",
        topic="control",
        title="Leads month by month",
        of=feature_sets.differing_controls,
        caption=(
            "Leads of encoders that were trained on images and language over others, by month of release: points "
            "are slices of time with 95 % intervals, thin lines the months that a point stands for (slices with "
            "fewer than 10 samples are joined with their neighbours), thick lines the means before (filled) and after "
            "(open) the cut-off."
        ),
        alt=(
            "Scatter charts, one panel a control and view: the lead of an encoder that was trained on images and "
            "language over each of the others against the months from the cut-off, with 95 % intervals, and the mean "
            "leads before and after as lines. The table beside it holds the means."
        ),
    ),
    TableSpec(
        name="specification-{dataset}",
        topic="protocols",
        title="{dataset}: every way to score it",
        of=_under_protocols,
        caption=(
            "Every encoder alone under every protocol, best first; bars are one standard deviation over seeds. The "
            "dots below say which protocol, view and encoder a score belongs to. Grey: not run. Dotted: the best "
            "answer that looks at nothing."
        ),
        alt=(
            "Specification curve: scores of all combinations of protocol, view and encoder in falling order, above a "
            "grid of dots that names the choices behind each. The protocol tables hold the numbers."
        ),
    ),
    TableSpec(
        name="classes-{dataset}",
        topic="classes",
        title="{dataset}: class by class",
        of=report_config.datasets,
        caption=(
            "F1 of every class on the test split, the most frequent class on top: a panel a view, a marker the mean "
            "over seeds of an encoder alone, a line from its lowest seed to its highest. Right: number of test samples."
        ),
        alt=(
            "Dot chart, one row a class and one panel a view: F1 of each encoder, beside bars of the number of test "
            "samples of the class, which fall from top to bottom."
        ),
    ),
    TableSpec(
        name="confusion-{dataset}",
        topic="classes",
        title="{dataset}: what is taken for what",
        of=_single_label,
        caption=(
            "Share of the test samples of a class (rows, which sum to one; number of samples in brackets) by what was "
            "predicted (columns), in percent, of the best encoder of each modality, all seeds together. Of more "
            "than 14 classes the columns bear the numbers of the rows, and shares below 10 % none."
        ),
        alt=(
            "Confusion matrices, one a modality: rows are the true classes, columns the predicted ones, darker squares "
            "larger shares; a dark diagonal means that classes are told apart."
        ),
    ),
    TableSpec(
        name="reliability-{dataset}",
        topic="calibration",
        title="{dataset}: calibration",
        of=report_config.datasets,
        caption=(
            "How often answers of a confidence are right, in 15 bins, of the best pictures, text and pair; on the "
            "dashed diagonal probabilities mean what they say. Open: fewer than 5 answers a seed. Below: answers a "
            "seed and bin. ECE: expected calibration error, mean and standard deviation over seeds. Of several labels "
            "a sample every label of every sample is an answer, so the error is not the mean over labels of the scores."
        ),
        alt=(
            "Reliability diagrams, one a kind of features: share of right answers against confidence, beside the "
            "diagonal of perfect calibration, above bars of the number of answers; the expected calibration error "
            "is in the heading of each."
        ),
    ),
)
