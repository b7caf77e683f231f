"""Generate a catalogue of any size within seconds by repeating the demo's films, without posters."""

import datetime
import operator
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from demo_data.films import LANGUAGES, films
from demo_data.replica.film_store import record

POOL = 2000  # distinct films; the rest repeat their titles, plots and genres with other ids and dates


class SyntheticFilms(Sequence):
    """A sequence of `count` films released from `first` to `last`, more in later years; records are built on access.

    Film number i has the id i + 1, its own date and language, and the text and genres of one of the demo's films.
    Some of these have defects, so some films lack an overview, genre, poster or date.
    """

    def __init__(
        self,
        count: int,
        seed: int = 0,
        first: datetime.date = datetime.date(1900, 1, 1),
        last: datetime.date = datetime.date(2021, 1, 5),
    ) -> None:
        """Draw a pool of films, and a date and a language for each of the `count`."""
        rng = np.random.default_rng([seed, count])
        self._pool = [record(film.record()) for film in films(min(count, POOL), seed)]
        span = (last - first).days + 1
        days = (rng.random(count) ** 0.4 * span).astype(int)  # more films in later years
        self._days, self._first = array("I", np.minimum(days, span - 1).tolist()), first
        shares = np.array(list(LANGUAGES.values()), dtype=float)
        spoken = rng.choice(len(shares), count, p=shares / shares.sum())
        self._languages, self._spoken = list(LANGUAGES), array("B", spoken.tolist())

    def __len__(self) -> int:
        """Return the number of films."""
        return len(self._days)

    def __getitem__(self, index: int) -> dict[str, Any]:
        """Return the record of film number `index`."""
        index = range(len(self))[operator.index(index)]
        base = self._pool[index % len(self._pool)]
        day = self._first + datetime.timedelta(days=self._days[index])
        return base | {
            "id": index + 1,
            "imdb_id": f"tt{index + 1:07d}",
            "original_language": self._languages[self._spoken[index]],
            "poster_path": f"/{index + 1}.jpg" if base["poster_path"] else None,
            "release_date": day.isoformat() if base["release_date"] else "",
        }
