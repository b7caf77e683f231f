"""The first look at a study's data: what is counted, and what is estimated from a few samples."""

from itertools import count

import numpy as np
import polars as pl
import pytest

from humancentric.core import schemas, tables
from humancentric.core.images import decode
from humancentric.report import data_check, study_costs
from humancentric.report.study_costs import Costs, Sampled
from humancentric.study.study import Dataset, Encoder, Protocol, Study, View
from own_data import png

KNN = {"kind": "knn", "features": "normalised", "neighbours": 2, "threshold": 0.5}
LABELS = ["cat", "cat", "cat", "dog", "dog", "owl"]
SPLITS = ["train", "train", "test", "train", "validation", "test"]


def dataset(**further) -> Dataset:
    views = {"standard": View("standard", "image"), "plot": View("plot", "text", "plot")}
    return Dataset(name="films", source={"kind": "table"}, task="single-label", views=views, **further)


def study(row: Dataset, **encoders) -> Study:
    known = {
        "pixels": Encoder("pixels", "image", row={"kind": "pixels", "modality": "image", "width": 768}),
        "tfidf": Encoder("tfidf", "text", row={"kind": "tfidf", "modality": "text", "width": 64}),
    }
    return Study(
        name="mine",
        datasets={"films": row},
        encoders=known | encoders,
        protocols={"knn": Protocol("knn", row=KNN)},
        trained=("films",),
        image_encoders=("pixels",),
        text_encoders=tuple(encoders) or ("tfidf",),
        chosen_protocols=("knn",),
        seeds=3,
        shots={"default": (1,)},
    )


@pytest.fixture
def files(tmp_path):
    """Return the paths of six samples, of which each has a red picture, and five rejects."""
    samples = {
        "id": list("abcdef"),
        "split": SPLITS,
        "labels": [[name] for name in LABELS],
        "release_date": [None] * 6,
    }
    table = schemas.SAMPLES.table(samples).append_column("plot", [[f"{'word ' * n}end" for n in range(6)]])
    images = [{"id": name, "image": png("red", (80, 60)), "width": 80, "height": 60} for name in "abcdef"]
    refused = [{"id": f"x{n}", "stage": "image", "reason": "missing", "detail": f"{n}.jpg"} for n in range(4)]
    refused.append({"id": "y", "stage": "labels", "reason": "no-label", "detail": "line 9"})
    paths = {name: tmp_path / f"{name}.parquet" for name in ("samples", "rejects", "images")}
    tables.write(paths["samples"], table, schemas.SAMPLES)
    tables.write(paths["rejects"], schemas.REJECTS.rows(refused), schemas.REJECTS)
    tables.write(paths["images"], schemas.IMAGES.rows(images), schemas.IMAGES)
    return {"samples": paths["samples"], "rejects": paths["rejects"], "images": [paths["images"]]}


def test_rejects_with_three_examples(files):
    assert data_check.rejects(files["rejects"]) == [
        ("image", "missing", 4, ["x0: 0.jpg", "x1: 1.jpg", "x2: 2.jpg"]),
        ("labels", "no-label", 1, ["y: line 9"]),
    ]


def test_classes_by_split(files):
    found = data_check.classes(pl.DataFrame(tables.read(files["samples"], schemas.SAMPLES)))
    assert found == [("cat", 2, 1, 0), ("dog", 1, 0, 1), ("owl", 0, 1, 0)]
    assert data_check.warnings(found) == [
        "1 of 3 classes have no training sample: owl",
        "1 of 3 classes have no test sample: dog",
        "2 of 3 classes have fewer than 10 training samples: cat, dog",
    ]


def test_the_page_and_the_lines(files, tmp_path):
    said = data_check.check(study(dataset()), {"films": files}, tmp_path / "check", 2)
    assert said[0] == ("films: 11 rows offered, 6 samples (train 3, test 2, validation 1), 5 rejected")
    assert "films: 4 image rejects, missing, e.g. x0: 0.jpg" in said
    assert "films: 3 classes, the largest cat (3), the smallest owl (1)" in said
    assert "films, plot: half of the texts have at most 3 words, 95 % at most 6, the longest has 6" in said
    assert "films, plot, tfidf: reads texts of any length" in said
    page = (tmp_path / "check/index.md").read_text(encoding="utf-8")
    assert "| image | missing | 4 | x0: 0.jpg / x1: 1.jpg / x2: 2.jpg |" in page
    assert "![6 random samples of films](films.png)" in page
    sheet = decode((tmp_path / "check/films.png").read_bytes())
    assert (sheet == [255, 0, 0]).all(axis=2).sum() > 6 * 80 * 60 * 0.9


def test_private_pictures_are_not_drawn(files, tmp_path):
    data_check.check(study(dataset(publish=False)), {"films": files}, tmp_path / "check", 1)
    sheet = decode((tmp_path / "check/films.png").read_bytes()).astype(int)
    assert not (sheet[..., 0] - sheet[..., 1] > 100).any()


def sampled(train: int, test: int) -> Sampled:
    return Sampled(
        [png("red", (80, 60))] * 2,
        {"plot": ["a text", "another"]},
        np.array([0, 1, 0, 1]),
        {"train": train, "test": test},
        10**6,
        2,
    )


def test_time_grows_with_samples_and_disk_is_counted():
    def costs(train: int, test: int) -> Costs:
        ticks = count()  # every reading of the clock is a second later
        return study_costs.estimate(
            study(dataset()), {"films": sampled(train, test)}, lambda: float(next(ticks))
        )

    small, large = costs(40, 10), costs(400, 100)
    # one second for the two pictures and one for the two texts: half a second for each of the samples
    assert small.seconds == {"embed images": 25.0, "embed texts": 25.0, "train probes": 1.0 * 10 * 3 * 3}
    assert {name: large.seconds[name] / small.seconds[name] for name in small.seconds} == dict.fromkeys(
        small.seconds, 10
    )
    # pictures, vectors, and the probabilities of three sets of features, three seeds and two classes
    assert small.disk == 10**6 + 50 * (768 + 64) * 4 + 3 * 3 * 10 * 2 * 4


def test_weights_that_are_not_here_are_not_downloaded(monkeypatch):
    """A tokenizer of open_clip needs no weights; that of other libraries comes with them."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    clip = {
        "kind": "open-clip",
        "modality": "text",
        "model": "RN50-quickgelu",
        "weights": "yfcc15m",
        "width": 1024,
    }
    bert = {"kind": "sentence-transformers", "modality": "text", "model": "nobody/nothing", "width": 8}
    own = study(dataset(), clip=Encoder("clip", "text", row=clip), bert=Encoder("bert", "text", row=bert))
    some = sampled(4, 4)
    some.texts["plot"][1] = "many " * 100
    costs = study_costs.estimate(own, {"films": some})
    assert costs.absent == ["clip", "bert"]
    assert data_check.text_lines(costs) == [
        "films, plot, clip: 1 of 2 texts are longer than 77 tokens and truncated",
        "films, plot, bert: context unknown, because the weights are not on this machine",
    ]
    assert (
        "weights are not on this machine: clip, bert; run `snakemake fetch_weights`"
        in data_check.cost_lines(costs, 1)[-1]
    )


@pytest.mark.parametrize(("seconds", "shown"), [(3.4, "3 s"), (90, "1.5 min"), (7200, "2.0 h")])
def test_durations(seconds, shown):
    assert data_check.duration(seconds) == shown
