"""The sections of the report page, in order: heading, introduction, and the command that fills an empty section."""

from collections.abc import Callable
from dataclasses import dataclass

from humancentric.study.report_excerpt import audited_subjects
from humancentric.study.study import Study

SUMMARY = "results/audit/summary.json"
SHEETS = ("worst", "drawn")
FOLDER = "results/galleries"
PICTURES = ("map", "neighbours", "errors")
FACTS = "gallery.json"


def audit_requested(study: Study) -> bool:
    """Return whether the study requests an audit of masking."""
    return study.audited


def audit_files(study: Study) -> list[str]:
    """Return the files that the page's section reads: the shares, and the contact sheets."""
    return [
        SUMMARY,
        *(
            f"results/{dataset}/audit/{subject}.{sheet}.png"
            for dataset, names in audited_subjects(study).items()
            for subject in names
            for sheet in SHEETS
        ),
    ]


def requested_galleries(study: Study) -> list[str]:
    """Return the datasets whose gallery the study requests; names of datasets of other studies are ignored."""
    chosen = study.galleries
    return [name for name in study.classified if chosen is True or (chosen and name in chosen)]


def gallery_files(study: Study) -> list[str]:
    """Return the files of the requested galleries, or of all possible ones if none is requested."""
    names = [*(f"{picture}.png" for picture in PICTURES), FACTS]
    return [
        f"{FOLDER}/{name}/{file}" for name in requested_galleries(study) or study.classified for file in names
    ]


@dataclass(frozen=True)
class Section:
    """One section: ``page_<name>.html.j2`` shows it, or ``page_section.html.j2`` if there is no such file.

    `files` are further JSON files and images of the section, with paths relative to the project. Unless the study
    requests them (`requested`), they may be missing, and the section shows `command` instead.
    """

    title: str
    about: str = ""
    absent: str = ""  # sentence for studies that lack its content
    command: str = ""
    files: Callable[[Study], list[str]] = lambda study: []
    requested: Callable[[Study], bool] = lambda study: False
    optional: bool = False  # left out if it would be empty


SECTIONS = {
    "glance": Section(
        "At a glance",
        "The best result of each kind on the test split. “Blind” is the best baseline that uses neither "
        "pictures nor texts.",
    ),
    "claims": Section(
        "Claims",
        "Each claim that can be tested, with the estimate, its interval and a verdict.",
        "The claims were not tested.",
        "snakemake --cores all claims",
    ),
    "checks": Section("Planted structure"),
    "results": Section(
        "Results",
        "Probes on frozen features. Rows are image encoders, columns text encoders; “None” means that the "
        "modality is not used. Each entry is the mean over runs with different seeds, followed by the "
        "standard deviation.",
    ),
    "protocols": Section(
        "Protocols",
        "The same features with other ways of choosing the head, the threshold or the length of training.",
        "This study has one protocol; name more under “study: protocols”.",
    ),
    "specifications": Section(
        "Is it the probe?",
        "Every claim and every encoder under every way of fitting a probe: the kind of probe, the scaling "
        "of the features, fixed or tuned options, and all features or their principal components.",
        optional=True,
    ),
    "masking": Section(
        "Masking",
        "Words on a poster or a cover can reveal its label. In masked pictures, text boxes are blackened "
        "and small white text is painted over.",
        "No dataset of this study has a masked view; give it one under “datasets: NAME: views”.",
    ),
    "audit": Section(
        "Masking audit",
        "How much text is still visible in a masked picture, and how much of the rest is covered.",
        "Masking was not audited.",
        "snakemake --cores all masking_audit",
        audit_files,
        audit_requested,
    ),
    "reading": Section(
        "Reading or seeing",
        "How much of each encoder's score, and of its lead over others, needs the letters in a picture: parts of the "
        "text are masked, and random boxes of the same area are the control. Probes are trained and tested on the "
        "same view.",
        optional=True,
    ),
    "fewshot": Section(
        "Few-shot",
        "A few training pictures of each class serve as prototypes; a test picture gets the labels of its "
        "nearest prototype.",
        "No dataset of this study has shots; name them under “study: shots”.",
    ),
    "zeroshot": Section(
        "Zero-shot",
        "Without training: a picture gets the classes whose names, inserted into prompt templates, are "
        "nearest to it in the space that an image encoder shares with a text encoder.",
        "No encoder of this study is evaluated zero-shot; name some under “study: zeroshot”.",
    ),
    "ood": Section(
        "Out of distribution",
        "Whether the features of one encoder distinguish known samples from samples of other datasets or "
        "of classes left out of training. Nothing is fitted on unknown samples.",
        optional=True,
    ),
    "clusters": Section(
        "Clusters",
        "Whether features group samples by class without any label.",
        optional=True,
    ),
    "retrieval": Section(
        "Retrieval",
        "Each picture of the test split is used to retrieve its text among all texts of the split, and "
        "each text to retrieve its picture. Encoders with a shared embedding space are compared in that "
        "space; all pairs are compared after a linear map learnt on the training split.",
        optional=True,
    ),
    "control": Section(
        "Controls",
        "The trained heads, evaluated on samples that neither they nor the encoders can have seen. A "
        "similar drop for all encoders suggests that none had memorised the answers. An encoder that leads "
        "because it has seen the samples would lose more than the others on samples that appeared later.",
        "This study has no control; name one under “study: controls”.",
    ),
    "contamination": Section(
        "Seen before?",
        "Whether an encoder scores higher on samples from before the end of its training data than on "
        "later ones, by more than for encoders that can have seen neither. Scores without the test samples "
        "that have a twin in the training split are shown as well.",
        optional=True,
    ),
    "ladder": Section(
        "Language, data or architecture?",
        "Encoders that differ only in language, only in data or only in width, with the same tuning and "
        "reduced to one width; and whether the lead in a class grows from objects to affect.",
        optional=True,
    ),
    "classes": Section(
        "Class by class",
        "Which labels are recognised, and which are confused with each other.",
        "No table or figure of single labels was made.",
    ),
    "calibration": Section(
        "Calibration",
        "Whether a predicted probability of 0.7 is correct in seven of ten cases.",
        "No table or figure of calibration was made.",
    ),
    "galleries": Section(
        "Embeddings, neighbours and errors",
        "Which samples are close to each other, and which wrong predictions have the highest probability.",
        "No galleries were made.",
        "snakemake --cores all galleries",
        gallery_files,
        lambda study: bool(requested_galleries(study)),
    ),
    "datasets": Section(
        "Datasets", "For each dataset: the samples offered, the samples used, the split and the labels."
    ),
    "leakage": Section(
        "Leakage",
        "A test sample whose picture or text also occurs in training is no evidence of what a head has learnt.",
    ),
    "rejects": Section(
        "Rejects",
        "Every sample that was offered but is not used, with the reason.",
    ),
    "texts": Section(
        "Truncated texts",
        "An encoder reads a text only up to the end of its context; the rest is ignored.",
        "No dataset of this study has texts.",
    ),
    "run": Section("What was run"),
    "graph": Section(
        "How it was made",
        "The rules of the workflow in the order in which they run, with the number of jobs of each in this "
        "study. Each rule reads results of rules above it; dependencies that follow from others are left "
        "out.",
        "The rules are recorded when Snakemake runs the report with other jobs.",
        "snakemake --cores all --forcerun report",
    ),
    "costs": Section("Costs"),
    "limits": Section("Limits"),
}


def section_files(study: Study, exists: Callable[[str], bool]) -> list[str]:
    """Return the files that the page's sections read: those that the study requests and those that exist."""
    return [
        path
        for section in SECTIONS.values()
        for path in section.files(study)
        if section.requested(study) or exists(path)
    ]
