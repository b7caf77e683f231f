"""The sections of the report page, in its order: heading, words, and what a reader runs where one is empty."""

from collections.abc import Callable
from dataclasses import dataclass

from humancentric.study.report_excerpt import audited_subjects
from humancentric.study.study import Study

SUMMARY = "results/audit/summary.json"
SHEETS = ("worst", "drawn")
FOLDER = "results/galleries"
PICTURES = ("map", "neighbours", "errors")
FACTS = "gallery.json"


def audit_asked(study: Study) -> bool:
    """Return whether the study wants masking audited."""
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


def galleries_asked(study: Study) -> list[str]:
    """Return the datasets of the study whose gallery it asks for; those of other studies may be named beside them."""
    chosen = study.galleries
    return [name for name in study.trained if chosen is True or (chosen and name in chosen)]


def gallery_files(study: Study) -> list[str]:
    """Return the files of the galleries that the study asks for; of all it could have where it asks for none."""
    names = [*(f"{picture}.png" for picture in PICTURES), FACTS]
    return [f"{FOLDER}/{name}/{file}" for name in galleries_asked(study) or study.trained for file in names]


def _never(study: Study) -> bool:
    return False


def _none(study: Study) -> list[str]:
    return []


@dataclass(frozen=True)
class Section:
    """One section: ``page_<name>.html.j2`` shows it, or ``page_section.html.j2`` if there is no such file.

    `files` are JSON files and pictures (paths relative to the project) that the section reads besides tables and
    figures. They may be absent, unless the study asks for them (`asked`); then `command` is shown, which makes them.
    """

    title: str
    about: str = ""
    absent: str = ""  # a sentence, where a study does not have it
    command: str = ""
    files: Callable[[Study], list[str]] = _none
    asked: Callable[[Study], bool] = _never


SECTIONS = {
    "glance": Section(
        "At a glance",
        "The best of each kind on the test split. “Blind” is the best answer that looks at nothing.",
    ),
    "claims": Section(
        "Claims",
        "Each sentence that can be checked, with the estimate, its interval and a verdict.",
        "The claims were not tested.",
        "snakemake --cores all claims",
    ),
    "checks": Section("Planted structure"),
    "results": Section(
        "Results",
        "Probes on frozen features. Rows are image encoders, columns text encoders; “None” is a modality left out. A "
        "cell is the mean over runs with different seeds, with their standard deviation beside it.",
    ),
    "protocols": Section(
        "Protocols",
        "The same cells under another way of choosing the head, the threshold or the length of training.",
        "This study has one protocol; name more under “study: protocols”.",
    ),
    "masking": Section(
        "Masking",
        "Words on a poster or a cover can give its label away. Masked pictures have their text boxes blackened and "
        "small white text painted over.",
        "No dataset of this study has a masked view; give it one under “datasets: NAME: views”.",
    ),
    "audit": Section(
        "Masking audit",
        "How much text a masked picture still shows, and how much else was covered.",
        "Masking was not audited.",
        "snakemake --cores all masking_audit",
        audit_files,
        audit_asked,
    ),
    "fewshot": Section(
        "Few-shot",
        "A few training pictures of each class are kept as prototypes; a test picture gets the labels of its nearest "
        "one.",
        "No dataset of this study has shots; name them under “study: shots”.",
    ),
    "zeroshot": Section(
        "Zero-shot",
        "No head and no training picture: a picture gets the classes whose names, put into words, lie nearest to it "
        "in the space that an image encoder shares with a text encoder.",
        "No encoder of this study is asked zero-shot; name some under “study: zeroshot”.",
    ),
    "control": Section(
        "Controls",
        "The trained heads, asked about samples that neither they nor the encoders can have met: a drop that is alike "
        "for all encoders says that none had the answers by heart. An encoder that owed its lead to having met the "
        "samples would lose it on samples that came later, and more of it than the others lose.",
        "This study has no control; name one under “study: controls”.",
    ),
    "classes": Section(
        "Class by class",
        "Which labels are told apart, and which are taken for each other.",
        "No table or figure of single labels was made.",
    ),
    "calibration": Section(
        "Calibration",
        "Whether a probability of 0.7 is right seven times in ten.",
        "No table or figure of calibration was made.",
    ),
    "galleries": Section(
        "Embeddings, neighbours and errors",
        "What lies near what, and where the heads are most sure of a wrong answer.",
        "No galleries were made.",
        "snakemake --cores all galleries",
        gallery_files,
        lambda study: bool(galleries_asked(study)),
    ),
    "datasets": Section(
        "Datasets", "What each dataset offered, what of it is used, how it is split, and which labels it has."
    ),
    "leakage": Section(
        "Leakage",
        "A test sample whose picture or text the head has met in training says little about what it has learnt.",
    ),
    "rejects": Section(
        "Rejects",
        "Every sample that was offered and is not used, with the reason; nothing is dropped in silence.",
    ),
    "texts": Section(
        "Texts cut short",
        "An encoder reads a text up to the end of its context; what comes after it does not count.",
        "No dataset of this study has texts.",
    ),
    "run": Section("What was run"),
    "graph": Section(
        "How it was made",
        "The rules of the workflow in the order in which they run, with the number of their jobs in this study. A rule "
        "reads results of rules above it; what follows from other rules is not repeated.",
        "The rules are recorded when Snakemake runs the report with other jobs.",
        "snakemake --cores all --forcerun report",
    ),
    "costs": Section("Costs"),
    "limits": Section("Limits"),
}


def section_files(study: Study, exists: Callable[[str], bool]) -> list[str]:
    """Return the files that sections of the page read: those that the study asks for, and those that exist."""
    return [
        path
        for section in SECTIONS.values()
        for path in section.files(study)
        if section.asked(study) or exists(path)
    ]
