"""Define the ladder of encoders that differ only in data, language or width: its protocols, cells and checks.

Every encoder on it is probed alone, on the unmasked pictures of every dataset with pictures, with one protocol and
three treatments of its features: full width, reduced to the width of the narrowest encoder by PCA, and reduced to the
same width by random projection.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from humancentric.core.errors import UserError, require_known
from humancentric.study import claim_grid
from humancentric.study.study import Config, Encoder, Protocol, Row, Study

FULL, PCA, RANDOM = "full", "pca", "random"
TREATMENTS = (FULL, PCA, RANDOM)
DEFAULTS = {
    "protocol": "fair",
    "relevant": 0.02,
    "fewest": 5,
    "ratings": "resources/human_centricity.toml",
}


def completed(chosen: Row, encoders: Mapping[str, Encoder]) -> dict[str, Any] | None:
    """Return ``study.ladder`` with its defaults, or None without it.

    Its encoders are all that it lists if the study has one of them, else the study's own image encoders, so that one
    file extends a study of published models and causes no downloads for another one. Contrasts with an encoder that is
    not on the ladder are left out.
    """
    row = chosen.get("ladder")
    if row is None:
        return None
    own, listed = chosen["image_encoders"], row.get("encoders", {})
    rungs = dict(listed) if set(listed) & set(own) else dict.fromkeys(own, "")
    both: dict[bool, list[str]] = {True: [], False: []}
    for name in rungs:
        both[name in encoders and encoders[name].multimodal].append(name)
    contrasts = row.get("contrasts", {"multimodal": {"more": both[True], "less": both[False]}})
    kept = {
        name: sides for name, sides in contrasts.items() if {*sides["more"], *sides["less"]} <= set(rungs)
    }
    known = [encoders[name].row["width"] for name in rungs if name in encoders]
    width = row.get("width", min(known, default=1))
    return {**DEFAULTS, **row, "encoders": rungs, "contrasts": kept, "width": width}


def matched_protocols(ladder: Row | None, rows: Config) -> dict[str, Protocol]:
    """Return the protocols of the ladder that are not in the catalogue: those with features reduced to one width."""
    if ladder is None or ladder["protocol"] not in rows:
        return {}
    base: Protocol = rows[ladder["protocol"]]
    found = {}
    for kind in (PCA, RANDOM):
        row = {**base.row, "projection": {"kind": kind, "width": ladder["width"]}}
        found[f"{base.name}-{kind}"] = replace(base, name=f"{base.name}-{kind}", row=row)
    return found


def protocols(study: Study) -> dict[str, str]:
    """Return ``{protocol: treatment}``; nothing without a ladder."""
    if study.ladder is None:
        return {}
    base = study.ladder["protocol"]
    return {base if kind == FULL else f"{base}-{kind}": kind for kind in TREATMENTS}


def folders(study: Study) -> dict[str, str]:
    """Return ``{folder of results: protocol}``; the study's own folder where it has the protocol already."""
    own = {protocol: folder for folder, protocol in study.transfer_folders.items()}
    return {own.get(name, f"transfer.{name}"): name for name in protocols(study)}


def views(study: Study) -> dict[str, str]:
    """Return ``{dataset: its first unmasked image view}`` of all datasets with labels, including few-shot ones."""
    found: dict[str, str] = {}
    for name in study.disjoint(study.fewshot_datasets) if study.ladder else ():
        row = study.datasets[name]
        plain = [view for view in row.views_of("image") if view not in row.masked_views]
        found |= {name: plain[0]} if plain and not row.is_rated else {}
    return found


def cells(study: Study) -> Iterator[tuple[str, str, str]]:
    """Yield (dataset, folder, features) of every probe of the ladder."""
    for dataset, view in views(study).items():
        for folder in folders(study):
            for encoder in (study.ladder or {})["encoders"]:
                yield dataset, folder, f"{view}.{encoder}"


def excerpt(study: Study) -> dict[str, Any]:
    """Return the part of a study that the ladder's verdicts depend on, as parameters of a job."""
    names = (study.ladder or {"encoders": ()})["encoders"]
    reduced = Study(
        name="",
        datasets={name: claim_grid.bare_dataset(study.datasets[name]) for name in views(study)},
        encoders={name: replace(study.encoders[name], row={}, seen_until="") for name in names},
        protocols={},
        trained=study.trained,
        fewshot_only=study.fewshot_only,
        chosen_protocols=study.chosen_protocols,
        seeds=study.seeds,
        claim_options=study.claim_options,
        ladder=study.ladder,
    )
    return reduced.as_params()


def check(config: Config, study: Study) -> None:
    """Raise `UserError` if the ladder names what does not exist, or compares nothing."""
    requested, ladder = config["study"].get("ladder"), study.ladder
    if requested is None or ladder is None:
        return
    config_path = "config: study.ladder"
    images = [name for name, row in study.encoders.items() if row.modality == "image"]
    require_known(f"{config_path}.encoders", requested.get("encoders", {}), images, "image encoder")
    for name, sides in requested.get("contrasts", {}).items():
        both = [*sides["more"], *sides["less"]]
        require_known(f"{config_path}.contrasts.{name}", both, images, "image encoder")
        twice = next((encoder for encoder in both if both.count(encoder) > 1), None)
        if twice is not None:
            raise UserError(f"{config_path}.contrasts.{name}: {twice!r} is there twice; name it on one side")
    if not ladder["contrasts"] or not all(all(sides.values()) for sides in ladder["contrasts"].values()):
        raise UserError(
            f"{config_path}.contrasts: none has all its encoders among {', '.join(ladder['encoders'])}; "
            "name two of these, as more and less"
        )
    name = ladder["protocol"]
    require_known(f"{config_path}.protocol", [name], config["protocols"], "protocol")
    row = config["protocols"][name]
    if "projection" in row or row.get("kind", "head") not in ("head", "gda", "knn"):
        raise UserError(
            f"{config_path}.protocol: {name!r} cannot be used at one width; name a head, gda or knn without projection"
        )
    for made in protocols(study):
        if made != name and made in config["protocols"]:
            raise UserError(f"config: protocols.{made}: the ladder makes a protocol of this name; rename it")
    if not views(study):
        raise UserError(f"{config_path}: no dataset of the study has unmasked pictures; take it out")
