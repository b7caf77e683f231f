"""Generate the demo's films: records as TMDb lists them, with genres planted in title, plot and poster."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from demo_data.dirt import DIRT, dirt_of
from demo_data.film_genres import IDS, draw_genres
from demo_data.plots import plot, title
from humancentric.core.hashing import chance, generator, weighted

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
