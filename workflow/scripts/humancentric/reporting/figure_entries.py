"""The figures that a study may have: where each stands on the page, its caption and the words for who cannot see it."""

from humancentric.reporting import study
from humancentric.reporting.entries import Entry
from humancentric.reporting.study import Config


def _single_label(config: Config) -> list[str]:
    return [name for name in study.datasets(config) if config["datasets"][name]["task"] == "single-label"]


def _under_protocols(config: Config) -> list[str]:
    return study.datasets(config) if len(config["study"]["protocols"]) > 1 else []


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
    Entry(
        name="masking-effect",
        topic="masking",
        title="What masking costs",
        of=study.masked_datasets,
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
    Entry(
        name="control",
        topic="control",
        title="Before and after",
        of=study.controls,
        caption=(
            "Scores on the dataset that heads were trained on (filled, above) and on the control (open, below), with "
            "the change; bars are one standard deviation over seeds."
        ),
        alt=(
            "Dot chart, one row a view and encoder: score on the dataset the head was trained on (filled) and on "
            "the control (open), with the change in figures. The table beside it holds the numbers."
        ),
    ),
    Entry(
        name="differences",
        topic="control",
        title="Leads month by month",
        of=study.differing_controls,
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
    Entry(
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
    Entry(
        name="classes-{dataset}",
        topic="classes",
        title="{dataset}: class by class",
        of=study.datasets,
        caption=(
            "F1 of every class on the test split, the most frequent class on top: a panel a view, a marker the mean "
            "over seeds of an encoder alone, a line from its lowest seed to its highest. Right: number of test samples."
        ),
        alt=(
            "Dot chart, one row a class and one panel a view: F1 of each encoder, beside bars of the number of test "
            "samples of the class, which fall from top to bottom."
        ),
    ),
    Entry(
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
    Entry(
        name="reliability-{dataset}",
        topic="calibration",
        title="{dataset}: calibration",
        of=study.datasets,
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
