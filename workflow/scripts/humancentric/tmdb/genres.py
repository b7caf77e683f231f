"""The film genres of TMDb: 19 numbers with their English names (retired ones, such as 10769 Foreign, are not there)."""

from collections.abc import Iterable

GENRES = {
    12: "Adventure",
    14: "Fantasy",
    16: "Animation",
    18: "Drama",
    27: "Horror",
    28: "Action",
    35: "Comedy",
    36: "History",
    37: "Western",
    53: "Thriller",
    80: "Crime",
    99: "Documentary",
    878: "Science Fiction",
    9648: "Mystery",
    10402: "Music",
    10749: "Romance",
    10751: "Family",
    10752: "War",
    10770: "TV Movie",
}


def genre_names(numbers: Iterable[object] | None) -> list[str]:
    """Return the names of the genres among `numbers`, ordered by number, each once; unknown numbers are dropped."""
    known = {number for number in numbers or () if isinstance(number, int) and number in GENRES}
    return [GENRES[number] for number in sorted(known)]
