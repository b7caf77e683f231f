"""What the files of embeddings say of themselves: which weights, on which device, by which libraries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from humancentric import tables
from humancentric.reporting.study import Config, label


@dataclass(frozen=True)
class Used:
    """An encoder as it was run. Where its embeddings differ in something, all that was found is named."""

    name: str
    model: str
    weights: str
    sha256: str
    given: str  # what it is given: the preparation of pictures, or the longest text
    device: str
    versions: str


def embedded(
    results: str | Path, datasets: Iterable[str], encoders: Iterable[str]
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return what is written in the test embeddings below `results`, by (dataset, ``view.encoder``)."""
    found, wanted = {}, set(encoders)
    for dataset in datasets:
        for path in sorted((Path(results) / dataset / "embeddings").glob("*/test.parquet")):
            if path.parent.name.split(".", 1)[-1] in wanted:
                found[dataset, path.parent.name] = tables.read_metadata(path)
    return found


def used(config: Config, found: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[Used]:
    """Return every encoder of the embeddings, in the order of the catalogue."""
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for (_, part), facts in found.items():
        grouped.setdefault(part.split(".", 1)[1], []).append(facts)
    return [_used(config, name, grouped[name]) for name in config["encoders"] if name in grouped]


def _used(config: Config, name: str, facts: list[Mapping[str, Any]]) -> Used:
    def all_of(pick) -> str:
        return "; ".join(dict.fromkeys(filter(None, (pick(fact) for fact in facts))))

    return Used(
        name=label(config, "encoders", name),
        model=all_of(lambda fact: f"{fact['row'].get('kind', '')} {fact['row'].get('model', '')}".strip()),
        weights=all_of(_weights),
        sha256=all_of(lambda fact: (fact.get("weights") or {}).get("sha256")),
        given=all_of(_given),
        device=all_of(lambda fact: f"{fact.get('device', '')} {fact.get('dtype', '')}".strip()),
        versions=all_of(
            lambda fact: ", ".join(f"{key} {value}" for key, value in fact.get("versions", {}).items())
        ),
    )


def _weights(fact: Mapping[str, Any]) -> str:
    place = fact["row"].get("weights") or (fact.get("weights") or {}).get("file") or ""
    return f"{place}, revision {fact['revision']}" if fact.get("revision") else str(place)


def _given(fact: Mapping[str, Any]) -> str:
    if fact.get("preprocessing"):
        return str(fact["preprocessing"])
    return f"at most {fact['context']} tokens" if fact.get("context") else ""
