"""What a study chooses from the catalogue: its datasets and their controls, its encoders, protocols and shots."""

from typing import Any

from humancentric.study.catalogue import Config, partners


def encoders(config: Config) -> list[str]:
    """Return every encoder of the study, those of chance and of zero-shot included, each once."""
    study, pairs = config["study"], partners(config)
    names = [*study["image_encoders"], *study["text_encoders"], *study.get("chance", [])]
    for name in study.get("zeroshot", []):
        names += [name, pairs[name]]
    return list(dict.fromkeys(names))


def controls(config: Config) -> dict[str, str]:
    """Return ``{control dataset: dataset whose heads score it}`` for the datasets of the study."""
    chosen = config["study"]["datasets"]
    rows = config["study"].get("controls", {})
    return {control: parent for parent in chosen for control in rows.get(parent, [])}


def fewshot_only(config: Config) -> list[str]:
    """Return the datasets that are scored few-shot and by no probe, such as the standard sets of the paper."""
    return list(config["study"].get("fewshot_only", []))


def fewshot_datasets(config: Config) -> list[str]:
    """Return every dataset with a few-shot experiment: those trained on, then those scored few-shot only."""
    return [*config["study"]["datasets"], *fewshot_only(config)]


def datasets(config: Config) -> list[str]:
    """Return every dataset the study touches: those it trains on, their controls, those scored few-shot only."""
    return [*config["study"]["datasets"], *controls(config), *fewshot_only(config)]


def differences(config: Config) -> dict[str, Any]:
    """Return how leads before and after are estimated: the options that the study gives."""
    given = config["study"].get("differences", {})
    return {key: value for key, value in given.items() if key != "controls"}


def transfer_folders(config: Config) -> dict[str, str]:
    """Return ``{folder of results: protocol}``: the first protocol fills ``transfer``, others ``transfer.<name>``."""
    first, *others = config["study"]["protocols"]
    return {"transfer": first, **{f"transfer.{name}": name for name in others}}


def shots(config: Config, dataset: str) -> list[int]:
    """Return the numbers of prototypes per class at which a dataset's few-shot curve is drawn."""
    rows = config["study"]["shots"]
    return rows.get(dataset, rows["default"])


def distance(config: Config) -> str:
    """Return how near two samples are in few-shot: by `cosine`, or `euclidean` between vectors as they are."""
    return config["study"].get("fewshot", {}).get("distance", "cosine")
