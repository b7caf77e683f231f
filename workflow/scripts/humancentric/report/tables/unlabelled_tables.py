"""Build the tables of out-of-distribution detection and of clustering, which need no trained head."""

from collections.abc import Mapping

from humancentric.report.numbers import AMI, AUROC, FRACTION, best
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    NOT_APPLICABLE,
    NOT_RUN,
    Item,
    Line,
    Table,
    cell_item,
    group,
    heading,
    not_run_note,
)
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Row, Study

SCORES = {"mahalanobis": "Mahalanobis", "knn": "k-NN", "mcm": "MCM", "energy": "Energy"}
OF_PROMPTS = ("mcm", "energy")
HALVES = "halves"
AGREEMENT = {"ami": "AMI", "ari": "ARI", "v_measure": "V-measure", "purity": "Purity"}


def interval(found: Mapping[str, Cell | None], metric: str) -> str:
    """Format a metric's interval; empty if it was not run."""
    ends = (found[f"{metric}_low"], found[f"{metric}_high"])
    return AUROC.interval([end.mean if end else None for end in ends])


def compared(row: Row, name: str) -> dict[str, str]:
    """Return {split of the scores: unknown dataset} of one comparison; empty text stands for all of them."""
    several = row["unknown"] if len(row["unknown"]) > 1 else ()
    return {name: ""} | {f"{name}:{other}": other for other in several}


def comparison_title(study: Study, name: str, unknown: str = "") -> str:
    """Return the title of a comparison: the known data and the unknown data."""
    row = study.ood[name]
    known = label(study, "datasets", row["known"])
    if row["left_out"]:
        return f"{known}: {', '.join(row['left_out'])} left out"
    others = [unknown] if unknown else row["unknown"]
    return f"{known} \N{RIGHTWARDS ARROW} {', '.join(label(study, 'datasets', other) for other in others)}"


def build_ood(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of AUROC and FPR at 95 % TPR by comparison, encoder and score."""
    body, records = [], []
    width = 2 + 2 * len(SCORES)
    for name, row in study.ood.items():
        for split, unknown in compared(row, name).items():
            body.append(group(comparison_title(study, name, unknown), width))
            features = feature_sets.ood_features(study, name)
            top = _best(inputs.scores, row, split, features)
            for own in features:
                items = []
                for score in SCORES:
                    cells = _cells(inputs.scores, row, split, own, score)
                    absent = score in OF_PROMPTS and own.split(".")[1] not in study.partners
                    auroc = _with_interval(cells, "auroc", bold=(own, score) in top)
                    items += [NOT_APPLICABLE] * 2 if absent else [auroc, _with_interval(cells, "fpr95")]
                    about = {"comparison": name, "known": row["known"], "unknown": unknown or name}
                    numbers = {metric: cell and cell.mean for metric, cell in cells.items()}
                    records += [] if absent else [about | {"features": own, "score": score} | numbers]
                halves = _cells(inputs.scores, row, f"{name}:{HALVES}", own, row["score"])
                items.append(_with_interval(halves, "auroc", tone="quiet"))
                body.append(Line((Item(report_config.name_of(study, own)), *items)))
    head = Line((Item(), *(Item(title, span=2) for title in SCORES.values()), Item("Halves")))
    columns = heading(("Features", *("AUROC", "FPR") * len(SCORES), "AUROC"))
    return Table((head, columns), tuple(body), tuple(not_run_note(body)), tuple(records))


def _cells(scores: Scores, row: Row, split: str, features: str, score: str) -> dict[str, Cell | None]:
    names = [f"{metric}{end}" for metric in ("auroc", "fpr95") for end in ("", "_low", "_high")]
    key = ("ood", row["known"], features, split, score, None)
    return {name: scores.cells.get((*key, name)) for name in names}


def _with_interval(cells: Mapping[str, Cell | None], metric: str, bold: bool = False, tone: str = "") -> Item:
    cell = cells[metric]
    return Item(AUROC.number(cell.mean), interval(cells, metric), bold, tone=tone) if cell else NOT_RUN


def _best(scores: Scores, row: Row, split: str, features: list[str]) -> set[tuple[str, str]]:
    """Return the (features, score) with the highest AUROC of each view."""
    top: set[tuple[str, str]] = set()
    for view in row["views"]:
        own = [name for name in features if name.split(".")[0] == view]
        cells = {(name, s): _cells(scores, row, split, name, s)["auroc"] for name in own for s in SCORES}
        top |= best(cells, AUROC)
    return top


def build_clusters(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of the agreement of clusters with classes by dataset and encoder."""
    body, records = [], []
    for dataset in study.fewshot_datasets:
        body.append(group(label(study, "datasets", dataset), 2 + len(AGREEMENT)))
        names = feature_sets.cluster_features(study, dataset)
        keys = [f"{metric}{end}" for metric in AGREEMENT for end in ("", "_low", "_high")]
        cells = {
            own: {
                key: inputs.scores.cells.get(("clusters", dataset, own, "test", None, None, key))
                for key in keys
            }
            for own in names
        }
        top = set()
        for view in study.datasets[dataset].views:
            top |= best({own: cells[own]["ami"] for own in names if own.split(".")[0] == view}, AMI)
        for own in names:
            found = cells[own]
            ami, *others = (
                cell_item(found[metric], FRACTION, metric == "ami" and own in top) for metric in AGREEMENT
            )
            items = [ami, Item(interval(found, "ami")), *others]
            body.append(Line((Item(report_config.name_of(study, own)), *items)))
            numbers = {key: cell and cell.mean for key, cell in found.items()}
            deviations = {f"{m}_std": cell.std if (cell := found[m]) else None for m in AGREEMENT}
            records.append({"dataset": dataset, "features": own, **numbers, **deviations})
    first, *rest = AGREEMENT.values()
    head = heading(("Features", first, "95 % interval", *rest))
    return Table((head,), tuple(body), tuple(not_run_note(body)), tuple(records))


TABLES = (
    TableSpec(
        name="ood",
        section="ood",
        title="Known and unknown samples",
        order=94,
        shown=lambda study: tuple(study.ood),
        caption=(
            "Known and unknown samples: area under the ROC curve (AUROC) and share of unknown samples that "
            "pass the threshold which 95 % of the known test samples pass (FPR), with 95 % intervals over "
            "samples. Mahalanobis distance to the nearest class mean (Lee et al. 2018), distance to the "
            "k-th nearest training sample (Sun et al. 2022), maximum concept matching (Ming et al. 2022) "
            "and energy (Liu et al. 2020); the last two use cosines with the class prompts. Halves: the "
            "AUROC of one random half of the known test samples against the other, which differs from .5 "
            "only by chance. Bold: highest AUROC of a view."
        ),
        build=build_ood,
    ),
    TableSpec(
        name="clusters",
        section="clusters",
        title="Clusters and classes",
        order=96,
        shown=lambda study: study.fewshot_datasets if study.clusters else (),
        caption=(
            "Clusters and classes: k-means with as many clusters as classes, fitted to the training samples "
            "(vectors of length one), against the first label of every test sample: adjusted mutual information "
            "(AMI), adjusted Rand index (ARI) and V-measure; purity counts all labels. Mean ± standard deviation "
            "over seeds of k-means; the interval of AMI is over test samples, whose clusters are fixed, and over "
            "seeds. Bold: highest AMI of a view."
        ),
        build=build_clusters,
    ),
)
