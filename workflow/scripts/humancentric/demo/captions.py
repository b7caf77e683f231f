"""Short English captions of posters, for training on pictures and language."""

from humancentric.demo.draws import chance, generator, pick, several
from humancentric.demo.films import Film
from humancentric.demo.posters import design

FORMS = (
    "a poster of {genres} film with {things}",
    "{things} on the poster of {genres} movie",
    "{genres} film: {things}",
    "the poster of {genres} film called {title}, showing {things}",
    "{things}; {genres} picture from {year}",
    "{title}, {genres} film",
    "a film poster showing {things}",
)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _with_article(text: str) -> str:
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


def caption(film: Film, variant: int = 0) -> str:
    """Return a caption of the poster of `film`: genres and things to be seen; variants are worded differently.

    The words for the genres follow the film's labels, the things follow the picture.
    """
    rng = generator(film.seed, "caption", film.index, variant)
    genres = several(rng, film.genres, 3 if chance(rng, 0.6) else 1)
    things = several(rng, design(film).visible, int(rng.integers(1, 4)))
    title = film.title.strip() or "an untitled film"
    named = _with_article(" ".join(genre.lower() for genre in genres).replace("tv", "TV"))
    return pick(rng, FORMS).format(genres=named, things=_listed(things), title=title, year=film.year)
