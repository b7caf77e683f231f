import csv
import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image
from sklearn.feature_extraction.text import TfidfVectorizer

from demo_data.covers import (
    CATEGORIES,
    LISTED_TWICE,
    NO_IMAGE,
    TRUNCATED,
    book,
    books,
    draw_cover,
    write_covers,
)
from demo_probe import accuracy

COUNT = 48


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("covers")
    write_covers(folder, COUNT, 7)
    return folder


def rows(folder, split):
    text = (folder / f"book30-listing-{split}.csv").read_bytes().decode("latin-1")
    return list(csv.reader(io.StringIO(text)))


def test_the_listing_has_seven_quoted_fields_and_no_header(raw):
    for line in (raw / "book30-listing-train.csv").read_bytes().splitlines():
        assert line.startswith(b'"')
        assert line.endswith(b'"')
        assert line.count(b'","') == 6
    asin, filename, url, title, _, category, name = rows(raw, "train")[0]
    assert (int(category), name) == (4, "Children's Books")
    assert filename == f"{asin.zfill(10)}.jpg"
    assert url.startswith("http://")
    assert title


def test_some_asins_lost_their_zeros_and_every_filename_kept_them(raw):
    asins = [(row[0], row[1]) for split in ("train", "test") for row in rows(raw, split)]
    assert all(name == asin.zfill(10) + ".jpg" for asin, name in asins)
    assert 0.25 < np.mean([len(asin) < 10 for asin, _ in asins]) < 0.65


def test_labels_and_listings_name_the_same_files(raw):
    for split in ("train", "test"):
        labels = [
            line.split(" ") for line in (raw / f"bookcover30-labels-{split}.txt").read_text().splitlines()
        ]
        assert labels == [[row[1], row[5]] for row in rows(raw, split)]


def test_both_splits_have_every_category_and_share_no_book(raw):
    train, test = rows(raw, "train"), rows(raw, "test")
    assert {row[5] for row in train} == {row[5] for row in test} == {str(label) for label in CATEGORIES}
    assert not {row[1] for row in train} & {row[1] for row in test}
    assert (len(train), len(test)) == (37, 12)


def test_dirty_books_are_there(raw):
    train = Counter(row[1] for row in rows(raw, "train"))
    assert [name for name, times in train.items() if times == 2] == [book(7, LISTED_TWICE).filename]
    assert not (raw / "images" / book(7, NO_IMAGE).filename).exists()
    with pytest.raises(OSError, match="truncated"):
        Image.open(raw / "images" / book(7, TRUNCATED).filename).load()
    damaged = (raw / "book30-listing-test.csv").read_bytes() + (raw / "book30-listing-train.csv").read_bytes()
    assert damaged.count(b"\x81\x45") == 1
    with pytest.raises(UnicodeDecodeError):
        damaged.decode("utf-8")


def test_covers_are_jpegs_of_224_pixels(raw):
    paths = sorted((raw / "images").iterdir())
    assert len(paths) == COUNT - 1
    sizes = {Image.open(path).size for path in paths}
    assert sizes == {(224, 224)}


def test_a_book_follows_from_seed_and_index_alone(raw, tmp_path):
    assert list(books(20, 7)) == [book(7, index) for index in range(20)]
    write_covers(tmp_path, 14, 7, threads=2)
    for path in (tmp_path / "images").iterdir():
        assert path.read_bytes() == (raw / "images" / path.name).read_bytes()


def test_authors_may_be_missing_and_titles_never():
    made = list(books(420, 2022))
    assert 0.05 < np.mean([one.author == "" for one in made]) < 0.2
    assert all(one.title.strip() and not set("{}") & set(one.title) for one in made)
    assert len({one.filename for one in made}) == 420


def test_titles_and_covers_tell_the_category_but_not_always():
    made = list(books(420, 2022))
    truth, held = np.array([one.category for one in made]), np.array([one.test for one in made])
    pixels = np.array([np.asarray(draw_cover(one, (112, 112)).resize((8, 8))).ravel() / 255 for one in made])
    titles = TfidfVectorizer(ngram_range=(1, 2)).fit_transform([one.title for one in made])
    for features, penalty in ((titles, 0.3), (pixels, 5.0)):
        assert 2 / 12 < accuracy(features, truth, held, penalty) < 0.95
