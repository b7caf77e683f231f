"""Galleries: known mistakes, known neighbours, and nothing of data that may not be shown."""

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image, ImageDraw

import reporting_scores as made
from humancentric.core import tables
from humancentric.core.images import encode_jpeg
from humancentric.core.schemas import IMAGES, SAMPLES
from humancentric.embedding import dataset_embedding
from humancentric.evaluation import prediction_files
from humancentric.evaluation.prediction_files import Predictions
from humancentric.masking.contact_sheets import Example, hidden
from humancentric.report import gallery, gallery_drawings
from probe_data import write_embeddings
from studies import study_of

CLASSES = ["cat", "dog", "owl"]
SECRET = "zebra quartz"


def test_the_surest_mistakes_of_one_label_come_first():
    truth = np.array([0, 1, 2, 0])
    one = [[0.1, 0.9, 0.0], [0.0, 1.0, 0.0], [0.6, 0.0, 0.4], [0.0, 0.5, 0.5]]
    two = [[0.3, 0.7, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]]
    given = Predictions(
        list("abcd"), CLASSES, "single-label", 0.5, truth, np.array([one, two]).swapaxes(0, 1)
    )
    first, second, third = gallery_drawings.surest(given, 9)
    assert (first.id, first.truth, first.wrong, first.confidence) == (
        "a",
        ("cat",),
        "dog",
        pytest.approx(0.8),
    )
    assert (second.id, second.predicted, second.confidence) == ("c", ("cat",), pytest.approx(0.8))
    assert (third.id, third.predicted) == ("d", ("dog",))  # the first of two that are equally probable
    assert [mistake.id for mistake in gallery_drawings.surest(given, 1)] == ["a"]


def test_a_mistake_among_several_labels_is_one_above_the_threshold_that_is_not_there():
    truth = np.array([[1, 0, 0], [0, 1, 1], [1, 1, 0]])
    block = np.array([[[0.9, 0.7, 0.6]], [[0.3, 0.0, 0.9]], [[0.9, 0.9, 0.41]]])
    given = Predictions(list("abc"), CLASSES, "multi-label", 0.4, truth, block)
    first, second = gallery_drawings.surest(given, 9)
    assert (first.id, first.predicted, first.wrong, first.confidence) == (
        "a",
        ("cat", "dog", "owl"),
        "dog",
        0.7,
    )
    assert (second.id, second.truth, second.wrong) == ("c", ("cat", "dog"), "owl")
    assert gallery_drawings.caption(first) == ["a", "predicted: dog 0.70 (and", "cat, owl)", "true: cat"]


def test_samples_are_coloured_by_the_rarest_of_their_frequent_labels():
    labels = [["a", "b"], ["a"], ["a", "c"], ["b"], []]
    assert gallery_drawings.groups(labels) == ["b", "a", "c", "b", gallery_drawings.OTHER]
    many = [[f"label-{number}"] * 1 for number in range(12)]
    assert gallery_drawings.groups(many).count(gallery_drawings.OTHER) == 3


def test_a_map_keeps_groups_together_and_is_the_same_twice():
    rng = np.random.default_rng(0)
    centres = np.repeat(np.eye(3, 20) * 4, 12, axis=0)
    vectors = (centres + rng.normal(size=centres.shape) * 0.3).astype(np.float32)
    places = gallery_drawings.coordinates(vectors, 0, 300)
    assert np.array_equal(places, gallery_drawings.coordinates(vectors, 0, 300))
    distances = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(36) * 1e9
    own = np.repeat(np.arange(3), 12)
    assert (own[distances.argmin(axis=1)] == own).all()
    figure = gallery_drawings.draw_maps({"x": places}, [CLASSES[group] for group in own], {"x": "X"})
    dots = {line.get_color(): line.get_xydata() for line in figure.axes[0].lines}
    assert np.array_equal(dots[gallery_drawings.LOOKS[0].colour], places[own == 0])


@pytest.mark.parametrize("count", [0, 1, 4])
def test_few_samples_have_a_map_too(count):
    assert gallery_drawings.coordinates(np.ones((count, 3), np.float32), 0, 300).shape == (count, 2)


@pytest.fixture
def material(tmp_path):
    """Return the material of a made-up dataset: six samples, pictures of one grey each, a picture and a text view."""
    ids = list("abcdef")
    splits = ["train"] * 3 + ["test"] * 3
    labels = [["cat"], ["dog"], ["owl"]] * 2
    columns = {"id": ids, "split": splits, "labels": labels, "release_date": [None] * 6}
    table = SAMPLES.table(columns).append_column("title", pa.array([f"{SECRET} {name}" for name in ids]))
    tables.write(tmp_path / "samples.parquet", table, SAMPLES)
    pictures = [encode_jpeg(np.full((80, 60, 3), 10 + 40 * place, np.uint8)) for place in range(6)]
    rows = {"id": ids, "image": pictures, "width": [60] * 6, "height": [80] * 6}
    tables.write(tmp_path / "0.parquet", IMAGES.table(rows), IMAGES)
    embeddings, predictions = {}, {}
    for name in ("standard.x", "title.y"):
        for split, part in (("train", ids[:3]), ("test", ids[3:])):
            path = tmp_path / name / f"{split}.parquet"
            path.parent.mkdir(exist_ok=True)
            embeddings.setdefault(name, {})[split] = write_embeddings(path, part, np.eye(3), encoder=name[-1])
        wrong = np.eye(3, dtype=np.float32)[[1, 1, 2]]  # the cat is called a dog
        table = prediction_files.predictions(ids[3:], ["test"] * 3, {0: wrong}, 3)
        predictions[name] = tmp_path / name / "predictions.parquet"
        prediction_files.write_predictions(predictions[name], table, CLASSES, {"threshold": 0.5})
    return gallery.Material(
        title="Beasts",
        task="single-label",
        samples=tmp_path / "samples.parquet",
        embeddings=embeddings,
        predictions=predictions,
        images=[tmp_path / "0.parquet"],
        texts={"title": "title"},
        names={"standard.x": "X (Standard)", "title.y": "Y (Title)"},
        publish=True,
    )


@pytest.fixture
def seen(monkeypatch):
    """Return what is drawn: every text, and every picture that is put on a sheet (its middle pixel)."""
    texts, pictures = [], []
    paste, text, lines = Image.Image.paste, ImageDraw.ImageDraw.text, ImageDraw.ImageDraw.multiline_text

    def pasted(self, image, *rest, **options):
        pictures.append(image.size)
        return paste(self, image, *rest, **options)

    def written(draw):
        def write(self, place, words, *rest, **options):
            texts.append(str(words))
            return draw(self, place, words, *rest, **options)

        return write

    monkeypatch.setattr(Image.Image, "paste", pasted)
    monkeypatch.setattr(ImageDraw.ImageDraw, "text", written(text))
    monkeypatch.setattr(ImageDraw.ImageDraw, "multiline_text", written(lines))
    return texts, pictures


SIZES = gallery.Sizes(looked_up=3, nearest=1)


def test_a_gallery_shows_the_mistake_and_the_neighbours(material, seen):
    made = gallery.make(material, SIZES)
    assert made.facts["scores"] == {"standard.x": pytest.approx(2 / 3), "title.y": pytest.approx(2 / 3)}
    assert [row["id"] for row in made.facts["mistakes"]["standard.x"]] == ["d"]
    assert made.facts["neighbours"]["title.y"] == {"d": [["a", 1.0]], "e": [["b", 1.0]], "f": [["c", 1.0]]}
    texts, pictures = seen
    assert any(SECRET.split()[0] in words for words in texts)
    assert pictures.count((60, 80)) == 6 + 2  # the neighbours of three, and the mistake of two encoders
    assert np.asarray(made.errors)[:, :, 0].std() > 0


def test_what_must_not_be_shown_is_not_even_read(material, seen, monkeypatch):
    restricted = gallery.Material(**{**vars(material), "publish": False, "images": ["nowhere.parquet"]})
    monkeypatch.setattr(dataset_embedding, "read_samples", None)  # the texts of a dataset come from here
    made = gallery.make(restricted, SIZES)
    texts, pictures = seen
    assert (60, 80) not in pictures
    assert not any(word in words for words in texts for word in SECRET.split())
    assert {"d", "e", "f"} <= set(texts)  # ids stand for them
    assert made.facts["publish"] is False


def test_boxes_of_pictures_that_must_not_be_shown_lie_on_grey():
    picture = np.random.default_rng(0).integers(0, 256, (30, 20, 3), dtype=np.uint8)
    (example,) = hidden(
        [
            Example(
                picture, picture, {"id": "a", "boxes": [], "masked_fraction": 0.0}, note="1 of 2 survive: x"
            )
        ]
    )
    assert example.before.shape == picture.shape
    assert example.note == "1 of 2 survive"
    assert len(np.unique(example.before)) == len(np.unique(example.after)) == 1


def test_what_may_be_shown():
    tmdb = {"kind": "tmdb"}
    rows = {
        "films": {"source": tmdb},
        "part": {"source": {"kind": "subset", "of": "films"}, "publish": True},
        "drawn": {"source": {**tmdb, "replica": "results/generated/movies"}},
        "granted": {"source": tmdb, "publish": True},
        "mine": {"source": {"kind": "table", "path": "mine.csv"}},
        "theirs": {"source": {"kind": "table", "path": "theirs.csv"}, "publish": False},
    }
    config = made.configuration()
    common = {"task": "multi-label", "human_centric": True, "views": {}, "shards": 1}
    config["datasets"] |= {name: common | row for name, row in rows.items()}
    shown = [name for name in rows if study_of(config).datasets[name].publish]
    assert shown == ["drawn", "granted", "mine"]
