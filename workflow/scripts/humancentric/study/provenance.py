"""Find missing lists of ids, and collect the facts that downloads and cards of datasets need."""

from collections.abc import Callable
from typing import Any

from humancentric.core.errors import require_known
from humancentric.study.study import SUBSET, Config, Row, Study


def absent_ids(source: Row, exists: Callable[[str], bool]) -> str | None:
    """Return the path of a subset's list of ids if the user has yet to supply it, else None.

    A list below ``results/`` is made by the workflow.
    """
    if source["kind"] != SUBSET or source["ids"].startswith("results/") or exists(source["ids"]):
        return None
    return source["ids"]


def without_absent(config: Config, exists: Callable[[str], bool]) -> tuple[dict[str, Any], list[str]]:
    """Return the config without the study's subsets whose list of ids is missing, and one sentence for each.

    If no dataset to train on would be left, the datasets stay, and the plan fails with the list's path.
    """
    study = config["study"]
    trained, controls = study["datasets"], study.get("controls", {})
    missing = {
        name: path
        for name in dict.fromkeys(
            [*trained, *(name for parent in trained for name in controls.get(parent, []))]
        )
        if (path := absent_ids(config["datasets"][name]["source"], exists))
    }
    kept = [name for name in trained if name not in missing]
    chosen = {
        "datasets": kept or trained,
        "controls": {
            parent: [name for name in names if name not in missing]
            for parent, names in controls.items()
            if parent not in missing
        },
    }
    sentences = [
        f"{name} is left out: its list of TMDb or IMDb ids, {path}, is not there; put it there to have it"
        for name, path in missing.items()
        if kept or name not in trained
    ]
    return {**config, "study": {**study, **chosen}}, sentences


def fetched(study: Study, names: str | None) -> dict[str, dict[str, Any]]:
    """Return the facts that `published_downloads.fetch` needs, for the datasets `names` ("a,b"; None: the study's).

    Datasets that the workflow generates are left out. Raises `UserError` for an unknown name.
    """
    chosen = study.dataset_names if names is None else [name.strip() for name in str(names).split(",")]
    require_known("fetch_data: only", chosen, study.datasets, "dataset")
    rows = {name: study.datasets[name] for name in chosen}
    keys = ("source", "fetch", "licence", "homepage", "citation")
    return {name: {key: getattr(row, key) for key in keys} for name, row in rows.items() if not row.generated}


def card_facts(study: Study, dataset: str) -> dict[str, Any]:
    """Return the facts of a dataset's row that its card states."""
    row = study.datasets[dataset]
    source = row.source
    description = "drawn by this workflow" if row.generated else source["kind"]
    split = ", ".join(f"{key} {value}" for key, value in (row.split or {}).items())
    inherited = f"that of {source['of']}" if row.is_subset else "as the source says"
    return {
        "dataset": dataset,
        "source": f"subset of {source['of']} by {source['ids']}" if row.is_subset else description,
        "task": row.task,
        "human_centric": row.human_centric,
        "views": [*row.views_of("image"), *row.views_of("text")],
        "texts": row.text_columns,
        "split": split or inherited,
        "asked": source.get("released"),
        "licence": row.licence,
        "homepage": row.homepage,
        "citation": row.citation,
        "from_tmdb": row.from_tmdb,
    }
