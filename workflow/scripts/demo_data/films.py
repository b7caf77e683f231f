"""Generate the demo's films: records as TMDb lists them, with genres planted in title, plot and poster."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from demo_data.dirt import DIRT, dirt_of
from demo_data.plots import plot, title
from humancentric.core.hashing import chance, generator, weighted

# Source of ids and names: TMDb's list of movie genres.
IDS = {
    "Action": 28,
    "Adventure": 12,
    "Animation": 16,
    "Comedy": 35,
    "Crime": 80,
    "Documentary": 99,
    "Drama": 18,
    "Family": 10751,
    "Fantasy": 14,
    "History": 36,
    "Horror": 27,
    "Music": 10402,
    "Mystery": 9648,
    "Romance": 10749,
    "Science Fiction": 878,
    "TV Movie": 10770,
    "Thriller": 53,
    "War": 10752,
    "Western": 37,
}

# Relative frequency of a genre as a film's first.
COMMON = {
    "Drama": 24,
    "Comedy": 18,
    "Documentary": 6,
    "Action": 8,
    "Thriller": 6,
    "Horror": 8,
    "Romance": 5,
    "Crime": 5,
    "Science Fiction": 4,
    "Animation": 5,
    "Adventure": 4,
    "Family": 3,
    "Fantasy": 3,
    "Music": 3,
    "Mystery": 2.5,
    "History": 2,
    "TV Movie": 1.5,
    "War": 1.5,
    "Western": 1.5,
}

# Weights of pairs relative to the genres' own frequencies; 1 for every pair not listed.
TOGETHER = {
    ("Action", "Thriller"): 4,
    ("Action", "Adventure"): 5,
    ("Action", "Crime"): 3,
    ("Action", "Science Fiction"): 3,
    ("Adventure", "Fantasy"): 4,
    ("Adventure", "Family"): 3,
    ("Animation", "Family"): 9,
    ("Animation", "Comedy"): 3,
    ("Animation", "Fantasy"): 3,
    ("Comedy", "Romance"): 4,
    ("Comedy", "Family"): 2.5,
    ("Crime", "Thriller"): 5,
    ("Crime", "Mystery"): 4,
    ("Crime", "Drama"): 2,
    ("Documentary", "Music"): 4,
    ("Documentary", "History"): 5,
    ("Drama", "Romance"): 4,
    ("Drama", "History"): 2,
    ("Drama", "War"): 2,
    ("Drama", "TV Movie"): 1.5,
    ("History", "War"): 6,
    ("Horror", "Thriller"): 5,
    ("Horror", "Mystery"): 4,
    ("Music", "Romance"): 2,
    ("Mystery", "Thriller"): 6,
    ("Romance", "TV Movie"): 4,
    ("Family", "TV Movie"): 3,
    ("Western", "Action"): 2,
    ("Western", "Adventure"): 2,
    ("Horror", "Family"): 0.05,
    ("Horror", "Romance"): 0.3,
    ("Horror", "Drama"): 0.4,
    ("Horror", "Music"): 0.1,
    ("Documentary", "Fantasy"): 0,
    ("Documentary", "Science Fiction"): 0.05,
    ("Documentary", "Horror"): 0.05,
    ("Documentary", "Romance"): 0.05,
    ("Documentary", "Action"): 0.05,
    ("Documentary", "Thriller"): 0.05,
    ("Documentary", "Western"): 0.05,
    ("Documentary", "Mystery"): 0.1,
    ("Documentary", "Comedy"): 0.2,
    ("Documentary", "Drama"): 0.2,
    ("Animation", "War"): 0.1,
    ("Animation", "Crime"): 0.2,
    ("Animation", "Drama"): 0.3,
    ("Western", "Science Fiction"): 0.1,
    ("Western", "Music"): 0.2,
    ("War", "Family"): 0.2,
    ("War", "Comedy"): 0.4,
    ("Family", "Crime"): 0.2,
    ("Family", "Thriller"): 0.1,
}
COUNTS = {1: 0.27, 2: 0.40, 3: 0.24, 4: 0.09}  # number of genres per film


def affinity(one: str, other: str) -> float:
    """Return the weight of a pair of genres relative to their own frequencies (1: independent)."""
    return TOGETHER.get((one, other), TOGETHER.get((other, one), 1.0))


def draw_genres(rng: np.random.Generator) -> tuple[str, ...]:
    """Draw the names of 1-4 different genres of one film, the leading one first."""
    count = weighted(rng, list(COUNTS), list(COUNTS.values()))
    names = list(COMMON)
    chosen = [weighted(rng, names, list(COMMON.values()))]
    while len(chosen) < count:
        likely = [
            0.0
            if name in chosen
            else COMMON[name] ** 0.8 * float(np.prod([affinity(name, other) for other in chosen]))
            for name in names
        ]
        chosen.append(weighted(rng, names, likely))
    return tuple(chosen)


CUT_OFF = datetime.date(2021, 1, 5)  # the last day of the main dataset; later films are the control
LAST_DAY = datetime.date(2024, 12, 30)
RECENT = 0.135  # share of films after the cut-off
LANGUAGES = {"en": 80, "fr": 5, "es": 4, "de": 3, "ja": 3, "it": 3, "sv": 2}
LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))


@dataclass(frozen=True)
class Film:
    """One film: the fields of its record, and the generator's own (`seed`, `index`, `genres`, `dirt`)."""

    seed: int
    index: int
    genres: tuple[str, ...]  # names, the leading one first
    id: int
    title: str
    overview: str
    genre_ids: tuple[int, ...]
    release_date: str  # YYYY-MM-DD, or "" where unknown
    poster_name: str | None  # file name of the poster
    language: str
    popularity: float
    vote_average: float
    vote_count: int
    dirt: str | None = None  # its defect, a key of `dirt.DIRT`

    @property
    def year(self) -> int:
        """Return the year of release, 2000 where unknown."""
        return int(self.release_date[:4] or 2000)

    def record(self) -> dict[str, Any]:
        """Return the film's record as in TMDb's lists."""
        return {
            "adult": False,
            "genre_ids": list(self.genre_ids),
            "id": self.id,
            "original_language": self.language,
            "original_title": self.title,
            "overview": self.overview,
            "popularity": self.popularity,
            "poster_path": f"/{self.poster_name}" if self.poster_name else None,
            "release_date": self.release_date,
            "title": self.title,
            "video": False,
            "vote_average": self.vote_average,
            "vote_count": self.vote_count,
        }


def _release_date(rng: np.random.Generator) -> datetime.date:
    if chance(rng, RECENT):
        days = (LAST_DAY - CUT_OFF).days
        return CUT_OFF + datetime.timedelta(days=1 + int(rng.integers(days)))
    begin = datetime.date(1960, 1, 1)
    share = float(rng.random()) ** 0.6  # film counts grow over the years
    return begin + datetime.timedelta(days=int(share * ((CUT_OFF - begin).days + 1)))


def film(seed: int, index: int) -> Film:
    """Return film number `index` of the catalogue of `seed`, a pure function of both."""
    rng = generator(seed, "film", index)
    genres = draw_genres(rng)
    clean = Film(
        seed=seed,
        index=index,
        genres=genres,
        id=1000 + 37 * index + int(rng.integers(37)),
        title=title(generator(seed, "title", index), genres),
        overview=plot(generator(seed, "plot", index), genres),
        genre_ids=tuple(IDS[name] for name in genres),
        release_date=_release_date(rng).isoformat(),
        poster_name="".join(rng.choice(LETTERS, 27)) + ".jpg",
        language=weighted(rng, list(LANGUAGES), list(LANGUAGES.values())),
        popularity=round(float(rng.lognormal(1.5, 1.0)), 3),
        vote_average=round(float(np.clip(rng.normal(6.2, 1.1), 1, 9.6)), 1),
        vote_count=int(rng.lognormal(4, 1.5)),
    )
    dirt = dirt_of(index)
    return replace(clean, dirt=dirt, **DIRT[dirt].fields) if dirt else clean


def films(count: int, seed: int) -> Iterator[Film]:
    """Yield the first `count` films of the catalogue of `seed`, including those with defects."""
    return (film(seed, index) for index in range(count))
