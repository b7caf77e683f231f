import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError
from sklearn.feature_extraction.text import TfidfVectorizer

from demo_data import tweets as demo
from demo_data.tweets import draw_picture, tweet, tweets, write_tweets
from demo_probe import accuracy

COUNT = 24
VALUES = {"positive": 2, "neutral": 1, "negative": 0}


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tweets")
    write_tweets(folder, COUNT, 7)
    return folder


def label_of(judgements):
    """Return the sentiment of the rounded mean of six judgements (halves to even)."""
    return {value: name for name, value in VALUES.items()}[
        round(sum(VALUES[w] for pair in judgements for w in pair) / 6)
    ]


def test_the_label_file_has_the_published_header_and_three_pairs_a_row(raw):
    header, *rows = (raw / "labelResultAll.txt").read_text("ascii").split("\n")
    assert header == "ID\ttext,image\ttext,image\ttext,image"
    assert rows.pop() == ""
    assert len(rows) == COUNT
    ids = []
    for row in rows:
        number, *pairs = row.split("\t")
        ids.append(int(number))
        assert len(pairs) == 3
        assert {word for pair in pairs for word in pair.split(",")} <= set(VALUES)
    assert ids == sorted(set(ids))
    assert ids[0] >= 2499


def test_texts_and_pictures_carry_the_ids_names(raw):
    names = {path.name for path in (raw / "data").iterdir()}
    missing = f"{tweet(7, demo.NO_PICTURE).id}.jpg"
    expected = {f"{one.id}.{kind}" for one in tweets(COUNT, 7) for kind in ("jpg", "txt")} - {missing}
    assert names == expected


def test_dirty_tweets_are_there(raw):
    def path(index, kind):
        return raw / "data" / f"{tweet(7, index).id}.{kind}"

    assert path(demo.EMPTY_TEXT, "txt").read_bytes() == b""
    assert path(demo.EMPTY_PICTURE, "jpg").read_bytes() == b""
    with pytest.raises(UnidentifiedImageError):
        Image.open(path(demo.EMPTY_PICTURE, "jpg"))
    with pytest.raises(OSError, match="truncated"):
        Image.open(path(demo.TRUNCATED_PICTURE, "jpg")).load()


def test_a_few_texts_are_no_utf8(raw):
    strange = []
    for index, one in enumerate(tweets(COUNT, 7)):
        data = (raw / "data" / f"{one.id}.txt").read_bytes()
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            strange.append(index)
        assert data.decode(one.encoding).strip() == one.text
    assert strange == [7, 13]
    assert (
        (raw / "data" / f"{tweet(7, 7).id}.txt").read_bytes().startswith(b"\xa1\xb0")
    )  # an opening quote in GB18030


def test_most_labels_are_the_planted_sentiment():
    made = list(tweets(600, 2022))
    right = [label_of(one.judgements) == one.sentiment for one in made]
    assert 0.75 < np.mean(right) < 0.95
    assert {one.sentiment for one in made} == set(VALUES)


def test_a_tweet_follows_from_seed_and_index_alone(raw, tmp_path):
    assert list(tweets(5, 7)) == [tweet(7, index) for index in range(5)]
    write_tweets(tmp_path, 9, 7, threads=2)
    for path in (tmp_path / "data").iterdir():
        assert path.read_bytes() == (raw / "data" / path.name).read_bytes()


def test_texts_look_like_tweets():
    texts = [one.text for one in tweets(420, 2022)]
    assert {any(mark in text for text in texts) for mark in ("http://", "@", "#", "RT @")} == {True}
    assert max(map(len, texts)) < 190


def test_texts_and_pictures_tell_the_sentiment_but_not_always():
    made = list(tweets(300, 2022))
    truth, held = np.array([label_of(one.judgements) for one in made]), np.arange(300) % 4 == 0
    majority = max(np.mean(truth[held] == name) for name in VALUES)
    texts = TfidfVectorizer().fit_transform([one.text for one in made])
    pixels = np.array([np.asarray(draw_picture(one).resize((8, 8))).ravel() / 255 for one in made])
    for features, penalty in ((texts, 0.3), (pixels, 20.0)):
        assert majority + 0.05 < accuracy(features, truth, held, penalty) < 0.95
