"""Synthetic scores with known means for every cell of a study, for the tests of tables, figures and report."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import yaml

from humancentric.core.files import read_json
from humancentric.core.schemas import SCORES
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables.transfer_tables import features_of
from humancentric.study import feature_sets, report_config
from studies import study_of

ROOT = Path(__file__).parents[2]
REFERENCE = read_json(ROOT / "resources" / "paper_reference.json")
SKILL = {"rn50": 0.1, "bit-m": 0.25, "clip": 0.4, "bert-base": 0.3, "bert-large": 0.32, "clip-t": 0.38}
SKILL |= {"efficientnet-lite0": 0.22, "clip-demo": 0.4, "minilm": 0.36, "clip-demo-t": 0.3}
RUNS = np.array([-1, 1, -1, 1, 0]) * np.sqrt(5 / 4)  # mean 0, deviation (ddof 0) 1


def configuration(*overlays: str) -> dict:
    """Return the config of the default study, or of the study files named in `overlays`.

    Unlike in the demo, covers and films have a masked view and a title, and the protocol is always the paper's; the
    demo's other views and datasets are left out.
    """
    config: dict = {}
    for name in ("datasets", "encoders", "detectors", "protocols", "prompts", "config", *overlays):
        for key, value in yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text()).items():
            config[key] = config[key] | value if key in config else value
    saved = config["datasets"]["demo-movies"]["views"]
    rows = saved | {"title": {"modality": "text"}}
    views = {name: rows[name] for name in ("standard", "masked", "title", "plot")}
    for name in ("demo-movies", "demo-movies-recent"):
        config["datasets"][name]["views"] = views
    config["datasets"]["demo-covers"]["views"] = {
        name: views[name] for name in ("standard", "masked", "title")
    }
    config["study"]["protocols"] = ["paper"]
    inside = "plotster-mangolin-inside"  # left out, because it needs a list of ids
    config["study"]["datasets"] = [name for name in config["study"]["datasets"] if name != inside]
    if not overlays:
        config["study"] |= {"datasets": ["demo-tweets", "demo-covers", "demo-movies"], "zeroshot": []}
        del config["study"]["differences"]
    return config


NASTY = r"R&D_50% {x} #1 ~^ \z <$|> [*] -- Żółć Ελλάδα Кино 映画 of an encoder with a very long name"


def crowded(images: int = 10, texts: int = 10) -> dict:
    """Return a study of Plotster with many encoders per modality, whose long names have special characters."""
    config = configuration("paper")
    for modality, number in (("image", images), ("text", texts)):
        names = [f"{modality}-encoder-{place}" for place in range(number)]
        config["encoders"] |= {name: {"modality": modality, "kind": "random", "width": 8} for name in names}
        config["study"][f"{modality}_encoders"] = names
        shown = (NASTY, "[CLS] " + NASTY[::-1], "averyveryverylongnamewithoutanyplacetobreakitinto_lines")
        config["labels"]["encoders"] |= {
            name: f"{shown[place % 3]} {place}" for place, name in enumerate(names)
        }
        SKILL.update({name: 0.2 + 0.02 * place for place, name in enumerate(names)})
    config["study"] |= {"datasets": ["plotster"], "fewshot_only": [], "zeroshot": [], "controls": {}}
    del config["study"]["differences"]
    return config


def rows(task, dataset, features, metric, mean, std, protocol="paper", shots=None, runs=RUNS) -> list[dict]:
    """Return score rows with the given mean and standard deviation over `runs`."""
    common = {"dataset": dataset, "task": task, "features": features, "split": "test", "protocol": protocol}
    return [
        {**common, "shots": shots, "seed": seed, "metric": metric, "value": float(mean + std * step)}
        for seed, step in enumerate(runs)
    ]


def table(found: list[dict]) -> pa.Table:
    """Return score rows as a table of the scores schema."""
    return pa.Table.from_pylist(found, schema=pa.schema(list(SCORES.columns.items())))


def skill(features: str) -> float:
    """Return a plausible score: the best part's, lower for masked images and higher for plots, plus 0.04 per fusion."""
    parts = report_config.split_features(features)
    worth = [SKILL[name] - 0.06 * (view == "masked") + 0.2 * (view == "plot") for view, name in parts]
    return max(worth) + 0.04 * (len(parts) - 1)


def of_study(config: dict) -> list[dict]:
    """Return the rows of a complete run of a study."""
    found = []
    for dataset in study_of(config).trained:
        metric = report_config.headline(study_of(config), dataset)
        for features in features_of(study_of(config), dataset):
            found += rows("transfer", dataset, features, metric, skill(features), 0.01)
        for features in feature_sets.chance_features(study_of(config), dataset):
            found += rows("transfer", dataset, features, metric, 0.05, 0.01)
        for name, value in (("majority", 0.06), ("label-prior", 0.04)):
            found += rows("chance", dataset, name, metric, value, 0, protocol=None, runs=[0])
    for dataset in report_config.fewshot_datasets(study_of(config)):
        for features in report_config.singles(study_of(config), dataset, "image"):
            for number, shots in enumerate(study_of(config).shots_of(dataset)):
                value = skill(features) * (0.5 + 0.1 * number)
                metric = report_config.headline(study_of(config), dataset)
                found += rows("fewshot", dataset, features, metric, value, 0.02, None, shots)
    for parent, control in report_config.controls(study_of(config)):
        metric = report_config.headline(study_of(config), parent)
        for features in (
            f for m in ("image", "text") for f in report_config.singles(study_of(config), control, m)
        ):
            found += rows("control", control, features, metric, skill(features) - 0.05, 0.01)
    return found


def inputs(config: dict, scores: pa.Table | None = None) -> ReportInputs:
    """Return the inputs of a report: scores, the paper's numbers, dataset cards, text lengths and timings."""
    cards, texts = {}, {}
    for dataset in study_of(config).dataset_names:
        lengths = {"characters": 100.25, "shortest": 3, "longest": 1400}
        cards[dataset] = {
            "dataset": dataset,
            **{"offered": 1234, "rejected": 34, "samples": 1200, "splits": {"train": 1000, "test": 200}},
            **{"labels": {"a": {}, "b": {}}, "labels_per_sample": 1.25},
            "texts": {view: lengths for view in study_of(config).datasets[dataset].views_of("text")},
            "paper": REFERENCE["sizes"].get(dataset, {}),
        }
        counts = {"texts": 1200, "truncated": 300, "empty": 0, "context": 77}
        texts[dataset] = {
            features: counts for features in report_config.singles(study_of(config), dataset, "text")
        }
    timings = {name: {"encoder": name, "device": "cpu", "threads": 1} for name in study_of(config).zeroshot}
    return ReportInputs(Scores(table([]) if scores is None else scores), REFERENCE, cards, texts, timings)


def of_paper() -> list[dict]:
    """Return the paper's published cells as the score rows of a run."""
    found = []
    for dataset, table_ in REFERENCE["tables"].items():
        scale = 0.01 if table_["metric"] == "accuracy" else 1
        for features, (mean, std) in table_["cells"].items():
            found += rows("transfer", dataset, features, table_["metric"], mean * scale, std * scale)
    for control, table_ in REFERENCE["controls"].items():
        for features, (_, after) in table_["cells"].items():
            found += rows("control", control, features, table_["metric"], after, 0)
    return found
