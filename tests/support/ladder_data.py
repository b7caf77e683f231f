"""Studies with a ladder of synthetic encoders whose predictions or embeddings have a known structure."""

from pathlib import Path

import numpy as np

from humancentric.embedding import feature_vectors
from humancentric.evaluation import ladder_verdicts, prediction_files
from humancentric.probing import transfer
from humancentric.study import ladder
from humancentric.study.study import Study
from probe_data import write_embeddings, write_samples
from studies import study_of

GDA = {"kind": "gda", "features": "standardised", "shrinkage": "auto", "threshold": 0.5}
ENCODERS = {
    "ours": {"modality": "image", "width": 8, "multimodal": True},
    "theirs": {"modality": "image", "width": 512},
    "word": {"modality": "text", "width": 4},
}


def configuration(datasets=("films",), **row) -> dict:
    """Return the config of a study with a ladder of two encoders; `row` extends ``study.ladder``."""
    dataset = {"task": "single-label", "human_centric": True, "shards": 1}
    dataset |= {
        "views": {"standard": {"modality": "image"}},
        "source": {"kind": "table", "path": "films.csv"},
    }
    study = {"name": "small", "datasets": list(datasets), "protocols": ["gda"], "seeds": 2, "repeats": 1}
    study |= {"image_encoders": ["ours", "theirs"], "text_encoders": ["word"], "shots": {"default": [1]}}
    study |= {"claims": {"resamples": 300, "seed": 0}, "ladder": {"protocol": "gda", **row}}
    return {
        "study": study,
        "datasets": dict.fromkeys(datasets, dataset),
        "encoders": ENCODERS,
        "protocols": {"gda": GDA},
        "labels": {"encoders": {"ours": "Ours", "theirs": "Theirs"}},
    }


def judged_study(**row) -> Study:
    """Return the excerpt of the study that the job of the ladder receives."""
    return Study.from_params(ladder.excerpt(study_of(configuration(**row))))


def write_ratings(path: Path, ratings: dict[str, dict[str, float]]) -> Path:
    """Write a file with the ratings of one rater, by dataset and class."""
    lines = ["version = '1'", "[raters.ours]", "source = 'made up'"]
    for dataset, classes in ratings.items():
        lines += [
            f"[raters.ours.ratings.{dataset}]",
            *(f"{name!r} = {value}" for name, value in classes.items()),
        ]
    path.write_text("\n".join(lines))
    return path


def write_answers(
    folder: Path, study: Study, chances: dict[str, dict[str, np.ndarray]], items: int
) -> list[Path]:
    """Write samples and predictions with a given accuracy per class; return the predictions' paths.

    `chances` holds the probability of a correct prediction by class, for every dataset and encoder. Every class has
    `items` test samples; a wrong prediction is drawn from the other classes. Seeds differ on one item in ten, and every
    protocol has its own draws.
    """
    paths = []
    for dataset, by_encoder in chances.items():
        count = len(next(iter(by_encoder.values())))
        classes = [f"c{number:02d}" for number in range(count)]
        truth = np.repeat(np.arange(count), items)
        ids = [f"{dataset}{number:05d}" for number in range(len(truth))]
        rows = [[classes[number]] for number in truth]
        write_samples(folder / dataset / "samples.parquet", ids, ["test"] * len(ids), rows)
        for index, protocol in enumerate(ladder.protocols(study)):
            for encoder, chance in by_encoder.items():
                rng = np.random.default_rng([index, items, *f"{encoder}{dataset}".encode()])
                draws = rng.random(len(truth))
                probabilities = {}
                for seed in range(2):
                    redrawn = rng.random(len(truth)) < 0.1
                    right = np.where(redrawn, rng.random(len(truth)), draws) < chance[truth]
                    wrong = (truth + rng.integers(1, count, len(truth))) % count
                    classes_of_seed = np.where(right, truth, wrong)
                    probabilities[seed] = np.eye(count, dtype=np.float32)[classes_of_seed]
                table = prediction_files.predictions(ids, ["test"] * len(ids), probabilities, count)
                about = {"dataset": dataset, "features": f"standard.{encoder}", "protocol": protocol}
                path = folder / dataset / protocol / encoder / "predictions.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                prediction_files.write_predictions(path, table, classes, {**about, "threshold": 0.5})
                paths.append(path)
    return paths


def write_probes(folder: Path, study: Study, vectors: dict[str, np.ndarray], truth: np.ndarray) -> list[Path]:
    """Write embeddings (n, width) by encoder and probe them with every protocol; return the predictions' paths."""
    rows = study_of(configuration()).protocols
    ids = [f"s{number:04d}" for number in range(len(truth))]
    splits = np.where(np.arange(len(truth)) % 2, "test", "train")
    write_samples(folder / "films/samples.parquet", ids, splits.tolist(), [[f"c{label}"] for label in truth])
    paths = []
    for encoder, values in vectors.items():
        files = []
        for split in ("train", "test"):
            chosen = np.flatnonzero(splits == split)
            path = folder / "films/embeddings" / f"standard.{encoder}" / f"{split}.parquet"
            files.append(write_embeddings(path, [ids[i] for i in chosen], values[chosen], encoder=encoder))
        for protocol in ladder.protocols(study):
            scores, table, trained = transfer.train_cell(
                folder / "films/samples.parquet", feature_vectors.by_split(files), dataset="films",
                features_name=f"standard.{encoder}", task="single-label", protocol_name=protocol,
                protocol=rows[protocol].row, seeds=[0],
            )  # fmt: skip
            about = {key: scores[key] for key in ("dataset", "features", "protocol", "threshold")}
            path = folder / "films" / protocol / encoder / "predictions.parquet"
            path.parent.mkdir(parents=True)
            prediction_files.write_predictions(path, table, trained.classes, about)
            paths.append(path)
    return paths


def score(folder: Path, study: Study, paths: list[Path], ratings: dict[str, dict[str, float]]) -> dict:
    """Return the verdicts of the ladder."""
    samples = [folder / name / "samples.parquet" for name in ladder.views(study)]
    rated = write_ratings(folder / "ratings.toml", ratings)
    return ladder_verdicts.score(samples, paths, rated, study)
