"""Generate the demo's films: records in the format of TMDb, with genres planted in title, plot and poster.

Titles and plots are templates filled with words of the film's genres, plus noise.
"""

import datetime
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from demo_data.defects import DEFECTS, defect_of
from humancentric.core.hashing import chance, generator, pick, several, weighted
from humancentric.masking.audit.looks import first_name, full_name, last_name, place_name
from humancentric.sources.tmdb.discover import GENRE_IDS

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
FREQUENCIES, PAIRS, WORDS, TEMPLATES = (_DATA[key] for key in ("frequencies", "pairs", "words", "templates"))
COUNTS = {1: 0.27, 2: 0.40, 3: 0.24, 4: 0.09}  # number of genres per film
SILENT = 0.11  # probability that the text omits a genre after the first
STRAY = 0.10  # probability of one wrong genre in the text
SLIP = 0.07  # probability of a phrase from a random genre
HINT = 0.78  # share of titles with a word of one of the genres
CUT_OFF = datetime.date(2021, 1, 5)  # the last day of the main dataset; later films are the control
LAST_DAY = datetime.date(2024, 12, 30)
RECENT = 0.135  # share of films after the cut-off
LANGUAGES = {"en": 80, "fr": 5, "es": 4, "de": 3, "ja": 3, "it": 3, "sv": 2}
LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))


def affinity(one: str, other: str) -> float:
    """Return the weight of a pair of genres relative to their own frequencies (1: independent)."""
    return PAIRS.get(one, {}).get(other, PAIRS.get(other, {}).get(one, 1.0))


def draw_genres(rng: np.random.Generator) -> tuple[str, ...]:
    """Draw the names of 1-4 different genres of one film, the leading one first."""
    count = weighted(rng, list(COUNTS), list(COUNTS.values()))
    names = list(FREQUENCIES)
    chosen = [weighted(rng, names, list(FREQUENCIES.values()))]
    while len(chosen) < count:
        likely = [
            0.0
            if name in chosen
            else FREQUENCIES[name] ** 0.8 * float(np.prod([affinity(name, other) for other in chosen]))
            for name in names
        ]
        chosen.append(weighted(rng, names, likely))
    return tuple(chosen)


def spoken(rng: np.random.Generator, genres: Sequence[str], silent: float, stray: float) -> list[str]:
    """Return the genres a text or image actually shows: some are dropped, sometimes a wrong one is added."""
    shown = [genre for position, genre in enumerate(genres) if position == 0 or not chance(rng, silent)]
    if chance(rng, stray):
        shown.append(pick(rng, [genre for genre in WORDS if genre not in genres]))
    return shown


def _sentence(rng: np.random.Generator, template: str, genres: list[str], turn: int) -> str:
    """Fill every slot of `template`; `turn` selects the genre of the first slot."""

    def phrase(slot: str, step: int) -> str:
        genre = genres[(turn + step) % len(genres)]
        if chance(rng, SLIP):
            genre = pick(rng, list(WORDS))
        return pick(rng, WORDS[genre][slot])

    hero, place = phrase("heroes", 0), phrase("places", 1)
    return template.format(
        hero=hero,
        Hero=hero[0].upper() + hero[1:],
        place=place,
        Place=place[0].upper() + place[1:],
        event=phrase("events", 1),
        goal=phrase("goals", 2),
        threat=phrase("threats", 0),
        threat2=phrase("threats", 1),
        Name=first_name(rng),
        Name2=first_name(rng),
        Last=last_name(rng),
        Town=place_name(rng),
        Full=full_name(rng),
        Full2=full_name(rng),
    )


def plot(rng: np.random.Generator, genres: Sequence[str]) -> str:
    """Return a synopsis of about 200-400 characters that is a strong but noisy signal of `genres`."""
    shown = spoken(rng, genres, SILENT, STRAY)
    target = int(rng.integers(170, 330))
    turn = int(rng.integers(len(shown)))
    sentences = [_sentence(rng, pick(rng, TEMPLATES["openings"]), shown, turn)]
    middles, neutral = (
        several(rng, TEMPLATES[name], len(TEMPLATES[name])) for name in ("middles", "neutral")
    )
    while len(" ".join(sentences)) < target and len(sentences) < 5:
        turn += 2
        kind = weighted(rng, (middles, neutral), (3, 1))
        sentences.append(_sentence(rng, kind.pop(), shown, turn))
    if chance(rng, 0.5):
        sentences.append(_sentence(rng, pick(rng, (*TEMPLATES["endings"], neutral[0])), shown, turn + 1))
    return " ".join(sentences)


def title(rng: np.random.Generator, genres: Sequence[str]) -> str:
    """Return a title that usually has one word hinting at one of `genres`."""
    genre = pick(rng, genres) if chance(rng, HINT) else None
    plain = TEMPLATES["plain_nouns"]
    nouns = WORDS[genre]["nouns"] if genre else plain
    adjectives = WORDS[genre]["adjectives"] if genre and chance(rng, 0.5) else TEMPLATES["plain_adjectives"]
    noun = pick(rng, nouns)
    return pick(rng, TEMPLATES["titles"]).format(
        noun=noun,
        noun2=pick(rng, [other for other in plain if other != noun]),
        adjective=pick(rng, adjectives),
        Name=first_name(rng),
        Name2=first_name(rng),
        Town=place_name(rng),
    )


@dataclass(frozen=True)
class Film:
    """One film: the fields of its record, and the generator's own (`seed`, `index`, `genres`, `defect`)."""

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
    defect: str | None = None  # a key of `DEFECTS`

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
        genre_ids=tuple(GENRE_IDS[name] for name in genres),
        release_date=_release_date(rng).isoformat(),
        poster_name="".join(rng.choice(LETTERS, 27)) + ".jpg",
        language=weighted(rng, list(LANGUAGES), list(LANGUAGES.values())),
        popularity=round(float(rng.lognormal(1.5, 1.0)), 3),
        vote_average=round(float(np.clip(rng.normal(6.2, 1.1), 1, 9.6)), 1),
        vote_count=int(rng.lognormal(4, 1.5)),
    )
    defect = defect_of(index)
    return replace(clean, defect=defect, **DEFECTS[defect].fields) if defect else clean


def films(count: int, seed: int) -> Iterator[Film]:
    """Yield the first `count` films of the catalogue of `seed`, including those with defects."""
    return (film(seed, index) for index in range(count))
