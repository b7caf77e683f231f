"""A genre's words: what its synopses and titles are made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Phrases of one genre that fit into the sentences of `plots`."""

    heroes: tuple[str, ...]  # noun phrases with article, singular
    places: tuple[str, ...]  # adverbials of place or time
    events: tuple[str, ...]  # whole clauses in the present tense
    goals: tuple[str, ...]  # infinitives without "to"
    threats: tuple[str, ...]  # noun phrases, singular
    nouns: tuple[str, ...]  # words for titles
    adjectives: tuple[str, ...]  # words for titles


def words(**phrases: str) -> Words:
    """Return the words given as texts in which a semicolon parts the phrases; line breaks count as spaces."""
    return Words(**{slot: tuple(" ".join(text.split()).split("; ")) for slot, text in phrases.items()})
