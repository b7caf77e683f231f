"""List the cells that claims are about, and check rows of claims."""

from dataclasses import replace
from typing import Any

from humancentric.core.errors import UserError, require_known
from humancentric.study import feature_sets
from humancentric.study.masked_views import reads_boxes
from humancentric.study.study import (
    PROTOTYPE,
    SUBSET,
    Config,
    Dataset,
    MaskedView,
    Row,
    Study,
    fewshot_folder,
)

ITEM_METRICS = {
    "ood": "auroc",
    "clusters": "ami",
    "retrieval": "mrr",
}  # tasks with files of item scores, and their metric


def excerpt(study: Study) -> dict[str, Any]:
    """Return the part of a study that claims depend on, as the parameters of a job (see `Study.from_params`).

    It includes the first protocol, whose name says which predictions the claims are judged by, but no display names,
    sources or learning rates: changing one of these does not judge the claims again.
    """
    names, main = [*study.image_encoders, *study.text_encoders], study.chosen_protocols[0]
    reduced = Study(
        name="",
        datasets={name: bare_dataset(study.datasets[name]) for name in study.dataset_names}
        | {name: _comparison(study, name) for name in study.ood},
        encoders={name: replace(study.encoders[name], row={}, seen_until="") for name in names},
        protocols={main: replace(study.protocols[main], row={})},
        chosen_protocols=(main,),
        detectors={
            name: {"kind": row["kind"], "of": row.get("of", "")}
            for name, row in study.detectors.items()
            if reads_boxes(row)
        },
        claims=study.claims,
        trained=study.trained,
        controls=study.controls,
        fewshot_only=study.fewshot_only,
        image_encoders=study.image_encoders,
        text_encoders=study.text_encoders,
        seeds=study.seeds,
        retrieval=study.retrieval,
        claim_options=study.claim_options,
        ood=study.ood,
        clusters=study.clusters,
    )
    return reduced.as_params()


def bare_dataset(row: Dataset) -> Dataset:
    """Return a dataset with only what its item scores depend on: task, views, clusters, whether it is generated."""
    return Dataset(
        name=row.name,
        source={"kind": SUBSET if row.is_subset else "unknown"},
        origin=row.origin,
        task=row.task,
        views={
            name: view if isinstance(view, MaskedView) else replace(view, column="")
            for name, view in row.views.items()
        },
        human_centric=row.human_centric,
        cluster=row.cluster,
        generated=row.generated,
    )


def _comparison(study: Study, name: str) -> Dataset:
    """Return a row of `study.ood` as the dataset that claims of the task `ood` are about."""
    row = study.ood[name]
    known = bare_dataset(study.datasets[row["known"]])
    return replace(known, name=name, views={view: known.views[view] for view in row["views"]})


def task_of(row: Row) -> str:
    """Return the task whose scores a claim is about; every few-shot method has a task of its own."""
    task = str(row.get("task", "transfer"))
    return fewshot_folder(row.get("method", PROTOTYPE)) if is_fewshot(task) else task


def is_fewshot(task: str) -> bool:
    """Return whether a task is few-shot, with any method."""
    return task.partition(".")[0] == "fewshot"


def fewshot_tasks(study: Study) -> list[str]:
    """Return the few-shot tasks whose scores are judged: prototypes, and the other methods that claims are about."""
    return list(dict.fromkeys(["fewshot", *filter(is_fewshot, map(task_of, study.claims.values()))]))


def features(study: Study, dataset: str, task: str = "transfer") -> list[str]:
    """Return the features of every cell that claims may use: all that the first protocol probes, except chance."""
    if is_fewshot(task):
        return feature_sets.image_features(study, dataset)
    if task in ITEM_METRICS:
        listed = {
            "ood": feature_sets.ood_features,
            "clusters": feature_sets.cluster_features,
            "retrieval": feature_sets.retrieval_features,
        }[task]
        return [name for name in listed(study, dataset) if name.split(".")[1] not in study.chance]
    chance = {*study.chance} - {*study.image_encoders, *study.text_encoders}
    names = feature_sets.main_features(study, dataset)
    kept = (n for n in names if not {encoder for _, encoder in feature_sets.split_features(n)} & chance)
    return list(dict.fromkeys(kept))


def datasets(study: Study, task: str) -> list[str]:
    """Return the datasets of the study with cells of a task."""
    if task == "control":
        return list(study.controls)
    if task == "ood":
        return list(study.ood)
    if task == "clusters":
        return study.fewshot_datasets if study.clusters else []
    if task == "retrieval":
        return list(study.retrieval)
    return list(study.trained) if task == "transfer" else study.fewshot_datasets


def looks_at_text(study: Study, dataset: str, view: str) -> bool:
    """Return whether claims may use a view: an unmasked one, or one masked by a detector that reads the pictures.

    A view masked with known boxes, such as doses or random boxes, tests the masking rather than the encoders.
    """
    masked = study.datasets[dataset].masked_views
    return view not in masked or not reads_boxes(study.detectors.get(masked[view].detector, {}))


def serves(study: Study, dataset: str, features: str) -> bool:
    """Return whether claims may use features: not those of a stand-in for a published model on real data."""
    parts = feature_sets.split_features(features)
    return study.datasets[dataset].generated or not any(study.encoders[name].demo for _, name in parts)


def stand_ins(study: Study) -> list[str]:
    """Return the study's encoders that stand in for published ones although some of its data are not generated."""
    names = [*study.image_encoders, *study.text_encoders]
    real = any(not study.datasets[name].generated for name in study.dataset_names)
    return [name for name in names if real and study.encoders[name].demo]


def stand_in_note(study: Study) -> list[str]:
    """Return one line that names the encoders and how to choose the published ones; empty without stand-ins."""
    found = stand_ins(study)
    if not found:
        return []
    taken = ", ".join((*study.image_encoders, *study.text_encoders))
    return [
        f"the study's encoders are {taken}; {', '.join(found)} stand in for published ones and serve no claim on data "
        "that are not generated; for the paper's add study: {image_encoders: [rn50, bit-m, clip], "
        "text_encoders: [bert-base, bert-large, clip-t]}"
    ]


def cells(study: Study) -> list[tuple[str, str, str]]:
    """Return (dataset, folder, features) of every probe whose predictions claims are judged by."""
    return [
        (name, "transfer", cell)
        for task in ("transfer", "control")
        for name in datasets(study, task)
        for cell in features(study, name, task)
    ]


def item_cells(study: Study) -> list[tuple[str, str, str]]:
    """Return (task, dataset, features) of every file of item scores that the study's claims are judged by."""
    tasks = {row.get("task") for row in study.claims.values()}
    return [
        (task, name, cell)
        for task in ITEM_METRICS
        for name in (datasets(study, task) if task in tasks else ())
        for cell in features(study, name, task)
    ]


NEEDED = {  # keys that these kinds require and all others reject
    "margin": (("equivalent", "indistinct", "not-above"), "0.01 for one point"),
    "value": (("above",), "0.278"),
}
KINDS_WITH_BASELINE = ("lower", "lead-lower", "order")
KINDS_FOR_PAIRS = ("best", "above", "most", "not-above", "equivalent", "lower")
ROLES = ("ours", "rivals", "beside")


def check_claims(config: Config) -> None:
    """Raise `UserError` if a claim names a row that does not exist, or has keys that its kind does not use."""
    for name, row in config.get("claims", {}).items():
        _claim(f"config: claims.{name}", row, config)
    rows = config["study"].get("claims", {}).get("rows", [])
    require_known("config: study.claims.rows", rows, config.get("claims", {}), "claim")
    methods = config["study"].get("fewshot", {}).get("methods", [PROTOTYPE])
    for name in rows:
        method = config["claims"][name].get("method", PROTOTYPE)
        if method not in methods:
            raise UserError(
                f"config: study.claims.rows: {name!r} is about few-shot by {method}; add study: {{fewshot: {{methods: "
                f"[{', '.join([*methods, method])}]}}}}, or take it out"
            )


def _claim(config_path: str, row: dict[str, Any], config: Config) -> None:
    kind, cells = row["kind"], row["cells"]
    for key, (kinds, example) in NEEDED.items():
        if (kind in kinds) != (key in row):
            wrong = "has none; take it out" if key in row else f"needs one; add {key}, e.g. {example}"
            raise UserError(f"{config_path}.{key}: kind {kind!r} {wrong}")
    if "baseline" in row and kind not in KINDS_WITH_BASELINE:
        raise UserError(
            f"{config_path}.baseline: kind {kind!r} has none; use lower, lead-lower or order, or take it out"
        )
    if "beside" in row and row.get("compare", "both") == "both":
        raise UserError(
            f"{config_path}.beside: stands beside one part of a pair; add compare: image or text, or take it out"
        )
    if "compare" in row and cells != "pairs":
        raise UserError(
            f"{config_path}.compare: only pairs are compared by their parts; use cells: pairs, or take it out"
        )
    if cells == "pairs" and kind not in KINDS_FOR_PAIRS:
        raise UserError(f"{config_path}.cells: kind {kind!r} compares single encoders; use image or text")
    if "controls" in row and row.get("task") != "control":
        raise UserError(
            f"{config_path}.controls: only task control has controls; add task: control, or take it out"
        )
    if row.get("task") in ("ood", "clusters") and cells == "pairs":
        raise UserError(
            f"{config_path}.cells: task {row['task']} compares single encoders; use image or text"
        )
    for key in ("kind", "average") if row.get("task") == "ood" else ():
        if row.get(key) in ("interaction", True):
            raise UserError(
                f"{config_path}.{key}: rows of study.ood may share samples; judge each on its own"
            )
    if "method" in row and row.get("task") != "fewshot":
        raise UserError(f"{config_path}.method: only few-shot has methods; add task: fewshot, or take it out")
    if row.get("task") == "fewshot" and cells != "image":
        raise UserError(f"{config_path}.cells: few-shot has pictures alone; use image")
    if row.get("task") == "retrieval" and cells != "pairs":
        raise UserError(f"{config_path}.cells: retrieval compares pairs of encoders; use pairs")
    if kind == "interaction" and "datasets" in row:
        raise UserError(
            f"{config_path}.datasets: an interaction takes all human-centric and all other datasets; take it out"
        )
    known = {**config["datasets"], **config["study"].get("ood", {})}
    require_known(f"{config_path}.datasets", _listed(row.get("datasets")), known, "dataset")
    views = {view for dataset in config["datasets"].values() for view in dataset["views"]}
    require_known(f"{config_path}.views", row.get("views", []), views, "view of any dataset")
    for role in ROLES:
        require_known(f"{config_path}.{role}", _listed(row.get(role)), config["encoders"], "encoder")


def _listed(chosen: Any) -> list[str]:
    """Return the names in a choice: those of a list or of ``except``; none for a single word."""
    names = chosen["except"] if isinstance(chosen, dict) else chosen
    return names if isinstance(names, list) else []
