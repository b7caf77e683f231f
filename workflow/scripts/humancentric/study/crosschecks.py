"""Check the keys of a study against the rows that they name."""

from humancentric.core.errors import UserError, nearest, require_known
from humancentric.study import audit_grid, ladder, reading_grid, specification_grid
from humancentric.study.claim_grid import check_claims
from humancentric.study.from_config import study_from_config
from humancentric.study.masked_views import check_masked_views
from humancentric.study.row_checks import (
    check_dataset,
    check_encoder,
    check_leakage,
    check_protocol,
    check_source,
    check_splits,
    check_subset,
    check_target,
)
from humancentric.study.study import REGRESSION, Config, Study

# Keys of the study that are lists of names
LISTS = ("datasets", "fewshot_only", "image_encoders", "text_encoders", "chance", "zeroshot", "protocols")


def check_study(config: Config) -> None:
    """Raise `UserError` if the study names a row that does not exist, of the wrong kind, or twice."""
    study = config["study"]
    require_known("config: study.datasets", study["datasets"], config["datasets"], "dataset")
    require_known("config: study.protocols", study["protocols"], config["protocols"], "protocol")
    for modality in ("image", "text"):
        config_path, names = f"config: study.{modality}_encoders", study[f"{modality}_encoders"]
        require_known(config_path, names, config["encoders"], "encoder")
        valid = [name for name, row in config["encoders"].items() if row["modality"] == modality]
        for name in names:
            other = config["encoders"][name]["modality"]
            if other != modality:
                raise UserError(
                    f"{config_path}: {name!r} is an encoder of {other}s; "
                    f"move it to study.{other}_encoders{nearest(name, valid)}"
                )
    galleries = study.get("galleries", False)
    named = galleries if isinstance(galleries, list) else []
    require_known("config: study.galleries", named, config["datasets"], "dataset")
    require_known("config: study.chance", study.get("chance", []), config["encoders"], "encoder")
    _check_zeroshot(config)
    _check_retrieval(config)
    for key in LISTS:
        names = study.get(key, [])
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise UserError(f"config: study.{key}: {twice!r} is listed twice; list it once")
    _check_fewshot_only(config)
    require_known("config: study.shots", {*study["shots"]} - {"default"}, config["datasets"], "dataset")
    _check_controls(config)
    _check_prompts(config)


def _check_zeroshot(config: Config) -> None:
    names = config["study"].get("zeroshot", [])
    partners = [name for name, row in config["encoders"].items() if "text" in row]
    if "zeroshot_first" in config["study"] and not names:
        raise UserError(
            "config: study.zeroshot_first: no encoder is in study.zeroshot; name one, or take it out"
        )
    require_known("config: study.zeroshot", names, config["encoders"], "encoder")
    for name in names:
        if name not in partners:
            raise UserError(
                f"config: study.zeroshot: {name!r} shares its space with no text encoder; name one with "
                f"encoders.{name}.text, or take it out{nearest(name, partners)}"
            )


def _check_retrieval(config: Config) -> None:
    study = config["study"]
    for name, pairs in study.get("retrieval", {}).items():
        config_path = f"config: study.retrieval.{name}"
        require_known("config: study.retrieval", [name], study["datasets"], "dataset in study.datasets")
        if not (study["image_encoders"] and study["text_encoders"]):
            raise UserError(
                f"{config_path}: needs study.image_encoders and study.text_encoders; name some, or take it out"
            )
        rows = config["datasets"][name]["views"]
        for pair in pairs:
            for view, modality in zip(pair.split("+"), ("image", "text"), strict=True):
                valid = [other for other, row in rows.items() if row["modality"] == modality]
                if view not in valid:
                    raise UserError(
                        f"{config_path}: {view!r} in {pair!r} is not among the {modality} views of {name!r}; "
                        f"write an image view, + and a text view{nearest(view, valid)}"
                    )


def _check_fewshot_only(config: Config) -> None:
    names = config["study"].get("fewshot_only", [])
    require_known("config: study.fewshot_only", names, config["datasets"], "dataset")
    others = {
        "study.datasets": config["study"]["datasets"],
        "study.controls": [name for row in config["study"].get("controls", {}).values() for name in row],
    }
    for name in names:
        for other, listed in others.items():
            if name in listed:
                raise UserError(
                    f"config: study.fewshot_only: {name!r} is also in {other}; take it out of one of the two"
                )
        if not any(view["modality"] == "image" for view in config["datasets"][name]["views"].values()):
            raise UserError(
                f"config: study.fewshot_only: {name!r} has no image view, which few-shot needs; take it out"
            )


def _check_controls(config: Config) -> None:
    trained, controls = config["study"]["datasets"], config["study"].get("controls", {})
    for parent, names in controls.items():
        require_known("config: study.controls", [parent, *names], config["datasets"], "dataset")
        task = config["datasets"][parent]["task"]
        for name in names:
            if name in trained:
                raise UserError(
                    f"config: study.controls.{parent}: {name!r} is also in study.datasets; "
                    "a control is only scored, take it out of one of the two"
                )
            own = config["datasets"][name]["task"]
            if own != task:
                raise UserError(
                    f"config: study.controls.{parent}: {name!r} is {own}, its parent is {task}; "
                    "a control needs its parent's task"
                )
    compared = config["study"].get("differences", {}).get("controls", [])
    known = [name for names in controls.values() for name in names]
    require_known("config: study.differences.controls", compared, known, "control of the study")
    compared = config["study"].get("contamination", {}).get("controls", [])
    require_known("config: study.contamination.controls", compared, known, "control of the study")


def check_rated(study: Study) -> None:
    """Raise `UserError` if a regression dataset is used where labels are needed, or protocols do not fit the tasks."""
    galleries = study.galleries if isinstance(study.galleries, tuple) else ()
    differing = (study.differences or {}).get("controls", ())
    for key, names in (
        ("fewshot_only", study.fewshot_only),
        ("galleries", galleries),
        ("differences.controls", differing),
        ("contamination.controls", (study.contamination or {}).get("controls", ())),
        ("shots", study.shots),
    ):
        for name in names:
            if name in study.datasets and study.datasets[name].is_rated:
                raise UserError(
                    f"config: study.{key}: {name!r} has task {REGRESSION}, and this needs labels; take it out"
                )
    rows = [study.datasets[name] for name in study.trained]
    for number, name in enumerate(study.chosen_protocols):
        protocol = study.protocols[name]
        unserved = [row for row in rows if not protocol.serves(row)]
        if unserved and (number == 0 or len(unserved) == len(rows)):
            what = "first protocol" if number == 0 else "protocol"
            raise UserError(
                f"config: study.protocols: the {what} {name!r} is of kind {protocol.kind!r}, which does not predict "
                f"what {unserved[0].name!r} has (task {unserved[0].task}); use one of kind 'head'"
            )


def _check_prompts(config: Config) -> None:
    rated = [name for name, row in config["datasets"].items() if row["task"] == REGRESSION]
    for name in config["study"]["protocols"]:
        templates = config["protocols"][name].get("prompts")
        for dataset in config["study"]["datasets"] if templates else ():
            if dataset in rated:
                continue
            valid = config["prompts"][config["datasets"][dataset].get("prompts", "default")]["templates"]
            what = f"template set of dataset {dataset!r}"
            require_known(f"config: protocols.{name}.prompts", [templates], valid, what)
            if isinstance(valid[templates], dict):
                raise UserError(
                    f"config: protocols.{name}.prompts: {templates!r} of dataset {dataset!r} has an attribute, which "
                    "only study.zeroshot infers; name a template set that is a list"
                )
        if templates:
            _check_shared_space(name, config)


def _check_shared_space(protocol: str, config: Config) -> None:
    """Raise `UserError` if no encoder fits a protocol that starts from class names, or its auxiliary encoders."""
    study, config_path = config["study"], f"config: study.protocols: {protocol!r}"
    images = study["image_encoders"]
    shared = [name for name in images if "text" in config["encoders"][name]]
    if not shared:
        partners = ", ".join(name for name, row in config["encoders"].items() if "text" in row)
        raise UserError(
            f"{config_path} starts from class names, and no encoder of study.image_encoders shares its space with "
            f"a text encoder; add one ({partners}), or take the protocol out"
        )
    auxiliary = config["protocols"][protocol].get("auxiliary")
    if auxiliary is None:
        return
    if study["protocols"][0] == protocol:
        raise UserError(
            f"{config_path} joins two image encoders and cannot be the first; name another one before it"
        )
    joined = images if auxiliary == "every" else auxiliary
    require_known(f"config: protocols.{protocol}.auxiliary", joined, images, "image encoder of the study")
    if not {*joined} - {*shared[:1]} and len(shared) < 2:
        raise UserError(
            f"{config_path} needs an encoder beside {shared[0]!r}; name a second one in study.image_encoders"
        )


def check_ood(study: Study) -> None:
    """Raise `UserError` if a row of ``study.ood`` names data or views that it cannot compare."""
    for name, row in study.ood.items():
        config_path, known, unknown = f"config: study.ood.{name}", row["known"], row["unknown"]
        if name in study.datasets:
            raise UserError(f"{config_path}: {name!r} is the name of a dataset; choose another")
        require_known(
            f"{config_path}.known", [known], study.fewshot_datasets, "dataset with training samples"
        )
        require_known(f"{config_path}.unknown", unknown, study.dataset_names, "dataset of the study")
        if bool(unknown) == bool(row["left_out"]):
            raise UserError(f"{config_path}: name either `unknown` datasets or `left_out` labels")
        origins = [study.datasets[dataset].origin for dataset in (known, *unknown)]
        twin = next((d for n, d in enumerate(unknown, 1) if origins[n] in origins[:n]), None)
        if twin is not None:
            raise UserError(f"{config_path}.unknown: {twin!r} shares samples with another one; take it out")
        views = [study.datasets[name].views for name in (known, *unknown)]
        if not row["views"]:
            raise UserError(
                f"{config_path}.views: {', '.join((known, *unknown))} share no unmasked view; name others"
            )
        for view in row["views"]:
            for dataset, own in zip((known, *unknown), views, strict=True):
                require_known(f"{config_path}.views", [view], own, f"view of {dataset!r}")
            if len({own[view].modality for own in views}) > 1:
                raise UserError(
                    f"{config_path}.views: {view!r} is pictures here and texts there; name another"
                )


def crosscheck(config: Config) -> Study:
    """Return the study of a config that fits its schemas; `UserError` if its rows contradict each other."""
    study = study_from_config(config)
    for name, row in config["datasets"].items():
        dataset = study.datasets[name]
        check_dataset(name, row, config)
        check_masked_views(study, dataset)
        check_source(name, row)
        check_splits(name, row)
        check_target(name, row)
        check_subset(dataset, study, "split" in row or "splits" in row, "target" in row)
        check_leakage(dataset)
    for name, row in config["encoders"].items():
        check_encoder(name, row, config)
    for name, row in config["protocols"].items():
        check_protocol(name, row)
    check_study(config)
    check_ood(study)
    check_rated(study)
    check_claims(config)
    audit_grid.check(study)
    reading_grid.check(study)
    ladder.check(config, study)
    specification_grid.check(study)
    return study
