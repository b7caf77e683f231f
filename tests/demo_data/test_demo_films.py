from collections import Counter

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import average_precision_score, f1_score

from demo_data.defects import DEFECTS, defect_of
from demo_data.film_posters import caption, design, draw_poster
from demo_data.films import affinity, film, films
from demo_probe import probe
from humancentric.masking.audit.shapes import SHAPES
from humancentric.sources.tmdb.discover import GENRE_IDS

NAMES = list(GENRE_IDS)


@pytest.fixture(scope="module")
def many():
    return list(films(900, 2022))


@pytest.fixture(scope="module")
def truth(many):
    return np.array([[name in film.genres for name in NAMES] for film in many], int)


TEST = np.arange(900) % 4 == 0


def scores(features, truth, penalty):
    """Return samples-F1 at 0.3 and macro mean average precision of a linear probe on every fourth film."""
    held = TEST[: len(truth)]
    guessed = probe(features, truth, held, penalty)
    f1 = f1_score(truth[held], guessed > 0.3, average="samples", zero_division=0)
    known = truth[held].any(axis=0)
    return f1, average_precision_score(truth[held][:, known], guessed[:, known], average="macro")


def prior(truth):
    """Return samples-F1 of always naming the two commonest genres, and the mean average precision of chance."""
    common = np.argsort(truth[~TEST].mean(axis=0))[-2:]
    constant = np.isin(np.arange(len(NAMES)), common)[None, :].repeat(TEST.sum(), axis=0)
    return f1_score(truth[TEST], constant, average="samples"), truth[TEST].mean()


def test_a_film_follows_from_seed_and_index_alone(many):
    assert list(films(30, 2022)) == many[:30]
    assert film(2022, 777) == many[777]
    assert film(2023, 777) != many[777]


def test_ids_and_posters_are_unique(many):
    assert len({film.id for film in many}) == 900
    assert len({film.poster_name for film in many if film.poster_name}) == 898  # two are without


def test_films_have_one_to_four_different_genres(many):
    counts = Counter(len(film.genres) for film in many)
    assert set(counts) == {1, 2, 3, 4}
    assert counts[2] == max(counts.values())
    assert all(len(set(film.genres)) == len(film.genres) for film in many)
    clean = [film for film in many if not film.defect]
    assert all(film.genre_ids == tuple(GENRE_IDS[name] for name in film.genres) for film in clean)


def test_genres_are_as_unbalanced_as_in_life(many):
    counts = Counter(name for film in many for name in film.genres)
    assert [name for name, _ in counts.most_common(2)] == ["Drama", "Comedy"]
    assert {"War", "Western", "TV Movie"} <= {name for name, _ in counts.most_common()[-5:]}
    assert counts["Drama"] > 8 * counts["Western"]
    assert min(counts[name] for name in NAMES) >= 12


def test_likely_pairs_are_more_common_than_unlikely_ones(many):
    pairs = Counter(
        frozenset(pair) for film in many for pair in zip(film.genres, film.genres[1:], strict=False)
    )
    assert pairs[frozenset(("Animation", "Family"))] > 5
    assert pairs[frozenset(("Documentary", "Fantasy"))] == 0
    assert affinity("Family", "Animation") == affinity("Animation", "Family") == 9


def test_release_dates_are_on_both_sides_of_the_cut_off(many):
    dates = [film.release_date for film in many if film.release_date]
    assert min(dates) >= "1960-01-01"
    assert max(dates) <= "2024-12-31"
    assert 0.11 < np.mean([date > "2021-01-05" for date in dates]) < 0.16


def test_synopses_are_about_as_long_as_real_ones(many):
    lengths = [len(film.overview) for film in many if film.overview]
    assert np.percentile(lengths, 5) > 180
    assert np.percentile(lengths, 95) < 450


def test_no_slot_is_left_open(many):
    for one in many:
        assert not set("{}") & set(one.title + one.overview)
        assert "  " not in one.overview


def test_defects_stay_where_they_are_when_the_catalogue_grows():
    assert [index for index in range(60) if defect_of(index)] == list(range(3, 3 + 4 * len(DEFECTS), 4))
    assert defect_of(453) == defect_of(3) == next(iter(DEFECTS))


def test_plots_tell_more_than_titles_and_titles_more_than_nothing(many, truth):
    def texts(values):
        return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(values)

    plots, titles = (
        scores(texts([one.overview for one in many]), truth, 0.3),
        scores(texts([one.title for one in many]), truth, 0.3),
    )
    nothing = prior(truth)
    assert plots[0] > titles[0] + 0.2
    assert plots[0] > nothing[0] + 0.3
    assert plots[0] < 0.95
    assert titles[1] > nothing[1] + 0.05


def test_posters_show_their_genres_even_in_a_few_pixels(many, truth):
    some = 320
    pixels = [np.asarray(draw_poster(film, (100, 150)).resize((8, 12))).ravel() / 255 for film in many[:some]]
    precision = scores(pixels, truth[:some], 20.0)[1]
    assert prior(truth)[1] + 0.07 < precision < 0.9


def test_a_poster_is_always_drawn_alike(many):
    one, again = draw_poster(many[50]), draw_poster(film(2022, 50))
    assert one.tobytes() == again.tobytes()
    assert one.size == (400, 600)


def test_captions_name_a_genre_or_what_is_to_be_seen(many):
    for one in many[50:80]:
        said = [caption(one, variant) for variant in range(6)]
        assert said == [caption(one, variant) for variant in range(6)]
        assert len(set(said)) > 1
        words = [*(name.lower() for name in one.genres), *design(one).visible]
        assert all(any(word in text.lower() for word in [w.lower() for w in words]) for text in said)


def test_every_shape_a_look_names_can_be_drawn():
    from demo_data.covers import CATEGORIES, COVERS
    from demo_data.tweets import MOODS
    from humancentric.masking.audit.backdrops import TEXTURES
    from humancentric.masking.audit.looks import LOOKS

    assert set(LOOKS) == set(GENRE_IDS)
    assert list(CATEGORIES) == [4, 6, 7, 9, 12, 17, 20, 21, 22, 24, 26, 29]
    for look in LOOKS.values():
        assert {*look["emblems"], *look["ground"], *look["sky"], *look["land"]} <= set(SHAPES)
    for look in COVERS.values():
        assert set(look["shapes"]) <= set(SHAPES)
    for mood in MOODS.values():
        assert {*mood["shapes"], *mood["land"]} <= set(SHAPES)
    for look in (*LOOKS.values(), *COVERS.values(), *MOODS.values()):
        assert set(look["textures"]) <= set(TEXTURES)
