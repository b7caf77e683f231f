"""Build the study's objects from a config that fits its schemas."""

from collections.abc import Sequence

from humancentric.core.hashing import split_name
from humancentric.core.schemas import stored_column
from humancentric.study import ladder, reading_grid
from humancentric.study.settings import download_settings, tmdb_settings
from humancentric.study.study import (
    GENERATED,
    HASH_DISTANCE,
    MIN_SIDE,
    NO_EFFECT_ON_VECTORS,
    PROTOTYPE,
    RATED,
    REGRESSION,
    SOURCE_PATHS,
    SUBSET,
    UNKNOWN,
    VALIDATION,
    Config,
    Dataset,
    Encoder,
    MaskedView,
    Protocol,
    Row,
    Study,
    View,
)

CLAIM_OPTIONS = {"resamples": 2000, "seed": 0}
CONTAMINATION = {"window": 24, "relevant": 0.05}


def study_from_config(config: Config) -> Study:
    """Return the study of a config that fits its schemas.

    Rows may refer to names that do not exist: `crosschecks.crosscheck` checks that, on the result.
    """
    chosen = config["study"]
    claims, claim_settings = config.get("claims", {}), chosen.get("claims", {})
    # Claims about experiments that the study does not request are left out, unless they are named.
    methods = tuple(chosen.get("fewshot", {}).get("methods", [PROTOTYPE]))
    offered = [
        name
        for name, row in claims.items()
        if (row.get("task") != "retrieval" or "retrieval" in chosen)
        and row.get("method", PROTOTYPE) in methods
    ]
    rows = config["datasets"]
    # Claims about ratings are left out of a study without ratings, unless they are named.
    rated = any(row["task"] == REGRESSION for row in map(rows.get, chosen["datasets"]) if row)
    offered = [name for name in offered if rated or claims[name].get("datasets") != RATED]
    galleries = chosen.get("galleries", False)
    trained = tuple(chosen["datasets"])
    listed = chosen.get("controls", {})
    encoders = {
        name: _encoder(name, row, config["encoders"], chosen.get("embedding", {}))
        for name, row in config["encoders"].items()
    }
    protocols = {
        name: _protocol(name, row, chosen.get("probes", {}), chosen["image_encoders"])
        for name, row in config["protocols"].items()
    }
    rungs = ladder.completed(chosen, encoders)
    return Study(
        name=chosen["name"],
        datasets={name: _dataset(name, row, config) for name, row in rows.items()},
        encoders=encoders,
        protocols=protocols | ladder.matched_protocols(rungs, protocols),
        detectors=config.get("detectors", {}),
        prompts=config.get("prompts", {}),
        claims={name: claims[name] for name in claim_settings.get("rows", offered) if name in claims},
        labels=config.get("labels", {}),
        trained=trained,
        controls={control: parent for parent in trained for control in listed.get(parent, ())},
        fewshot_only=tuple(chosen.get("fewshot_only", ())),
        image_encoders=tuple(chosen["image_encoders"]),
        text_encoders=tuple(chosen["text_encoders"]),
        chance=tuple(chosen.get("chance", ())),
        zeroshot=tuple(chosen.get("zeroshot", ())),
        zeroshot_first=chosen.get("zeroshot_first"),
        retrieval={name: tuple(pairs) for name, pairs in chosen.get("retrieval", {}).items()},
        chosen_protocols=tuple(chosen["protocols"]),
        seeds=chosen["seeds"],
        repeats=chosen["repeats"],
        shots={name: tuple(numbers) for name, numbers in chosen["shots"].items()},
        distance=chosen.get("fewshot", {}).get("distance", "cosine"),
        fewshot_methods=methods,
        differences=chosen.get("differences"),
        contamination=_contamination(chosen),
        reading={**reading_grid.DEFAULTS, **chosen["reading"]} if "reading" in chosen else None,
        ladder=rungs,
        specifications=chosen.get("specifications"),
        embedding_jobs=chosen.get("embedding", {}).get("jobs", 1),
        ood={name: _ood(row, rows) for name, row in chosen.get("ood", {}).items()},
        clusters=chosen.get("clusters", False),
        claim_options={key: claim_settings.get(key, value) for key, value in CLAIM_OPTIONS.items()},
        leakage=chosen.get("leakage", False),
        audited=bool(chosen.get("audit", False)),
        galleries=tuple(galleries) if isinstance(galleries, list) else galleries,
        audit=config.get("audit", {}),
        tmdb=tmdb_settings(config),
        downloads=download_settings(config),
        demo=config.get("demo", {}),
    )


def _dataset(name: str, row: Row, config: Config) -> Dataset:
    source, rows = row["source"], config["datasets"]
    origin = source["of"] if source["kind"] == SUBSET and source["of"] in rows else name
    whole = rows[origin]
    generated = any(str(whole["source"].get(key, "")).startswith(GENERATED) for key in SOURCE_PATHS)
    from_tmdb = whole["source"]["kind"] == "tmdb" and not generated
    views = {view: _view(view, spec) for view, spec in row["views"].items()}
    made = [VALIDATION] if VALIDATION in whole.get("split", {}) else []
    leakage = row.get("leakage", {})
    texts = [view.name for view in views.values() if view.modality == "text"]
    prompts = row.get("prompts", "default")
    return Dataset(
        name=name,
        source=source if row["task"] != REGRESSION else {**source, "unseen_classes": True},
        task=row["task"],
        views=views,
        human_centric=row["human_centric"],
        shards=row["shards"],
        target=_target(whole.get("target", {})),
        split=_split(row.get("split")),
        splits=tuple(map(split_name, row["splits"])) if "splits" in row else None,
        extra_splits=(
            *made,
            *(split for split in map(split_name, whole.get("splits", ())) if split not in made),
        ),
        origin=origin,
        origin_source=whole["source"],
        generated=generated,
        from_tmdb=from_tmdb,
        # A subset shows no more than its whole does.
        publish=whole.get("publish", not from_tmdb) and row.get("publish", True),
        prompts=prompts,
        templates=tuple(config.get("prompts", {}).get(prompts, {}).get("templates", ())),
        cluster=stored_column(row["cluster"]) if "cluster" in row else None,
        popularity=stored_column(row["popularity"]) if "popularity" in row else None,
        min_side=row.get("min_side", MIN_SIDE),
        leakage={
            "group": leakage.get("group", False),
            "distance": leakage.get("distance", HASH_DISTANCE),
            "texts": leakage.get("texts", texts),
        },
        compare=row.get("compare"),
        fetch=row.get("fetch", {}),
        licence=row.get("licence", "unknown"),
        homepage=row.get("homepage"),
        citation=row.get("citation"),
    )


OOD = {"left_out": (), "neighbours": 50, "score": "knn"}


def _ood(row: Row, rows: Row) -> Row:
    """Return a row of ``study.ood``; its default views are the unmasked ones that all of its datasets have."""
    unknown = tuple(row.get("unknown", ()))
    view_rows = [rows.get(name, {}).get("views", {}) for name in (row["known"], *unknown)]
    shared = [
        name
        for name, view in view_rows[0].items()
        if "of" not in view and all(name in side for side in view_rows)
    ]
    return {**OOD, **row, "unknown": unknown, "views": tuple(row.get("views", shared))}


def _split(row: Row | None) -> Row | None:
    return {**row, "group": stored_column(row["group"])} if row and "group" in row else row


def _target(row: Row) -> Row:
    return {key: value if key == "min_weight" else stored_column(value) for key, value in row.items()}


def _view(name: str, row: Row) -> View:
    if "of" in row:
        return MaskedView(name, row["modality"], of=row["of"], detector=row["detector"])
    return View(
        name, row["modality"], stored_column(row.get("column", name)) if row["modality"] == "text" else ""
    )


def _encoder(name: str, row: Row, rows: Row, embedding: Row) -> Encoder:
    """Return the encoder of a row; one with a model has the study's ``dtype`` unless it states its own."""
    if "model" in row and "dtype" in embedding:
        row = {"dtype": embedding["dtype"], **row}
    image = next((other for other, image in rows.items() if image.get("text") == name), name)
    return Encoder(
        name=name,
        modality=row["modality"],
        multimodal=row.get("multimodal", False),
        demo=row.get("demo", False),
        text=row.get("text"),
        family=image,
        seen_until=row.get("seen_until", {}).get("date", UNKNOWN),
        row={key: value for key, value in row.items() if key not in NO_EFFECT_ON_VECTORS},
    )


def _contamination(chosen: Row) -> Row | None:
    """Return the options of the search for contamination with their defaults; None if it is not requested."""
    options = chosen.get("contamination")
    return None if options is None else {**CONTAMINATION, **options}


def _protocol(name: str, row: Row, probes: Row, images: Sequence[str]) -> Protocol:
    """Return the protocol of a row, with the study's ``memory_mb`` for training features.

    The list of auxiliary encoders is not part of a cell's row, so that adding one does not train other cells again.
    """
    auxiliary = row.get("auxiliary", ())
    return Protocol(
        name,
        prompts=row.get("prompts"),
        selects=VALIDATION in row,
        auxiliary=tuple(images if auxiliary == "every" else auxiliary),
        kind=row.get("kind", "head"),
        row={**probes, **{key: value for key, value in row.items() if key != "auxiliary"}},
    )
