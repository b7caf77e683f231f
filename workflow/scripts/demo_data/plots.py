"""Generate synopses and titles: templates filled with words of a film's genres, plus noise."""

from collections.abc import Sequence

import numpy as np

from demo_data.plot_words import DARK, FAST, NEAR, entries
from humancentric.core.hashing import chance, pick, several, weighted
from humancentric.masking.audit.looks import first_name, full_name, last_name, place_name

WORDS = FAST | DARK | NEAR

OPENINGS = (
    "{Name}, {hero}, must {goal} when {event}.",
    "{Place}, {hero} named {Name} sets out to {goal}.",
    "When {event}, {hero} is forced to {goal}.",
    "{Hero} has almost given up on life until {event}.",
    "{Name} {Last} is {hero} who only wants to {goal}.",
    "After {event}, {Name}, {hero}, returns to {Town} to {goal}.",
    "{Place}, {event}, and only {hero} seems to notice.",
    "The story of {Name}, {hero} who has to {goal} {place}.",
    "It starts {place}: {event}.",
)
MIDDLES = (
    "But {threat} stands in the way.",
    "Together with {hero}, {Name2} tries to {goal}, unaware that {event}.",
    "With the help of {hero}, there may still be a chance to {goal}.",
    "Things change {place}, where {event}.",
    "Soon {event}, and {Name2} has to {goal}.",
    "Between {threat} and {threat2}, there is little time to {goal}.",
    "What begins as an attempt to {goal} leads {Name2} to {threat}.",
    "Meanwhile {hero} from {Town} is hired to {goal}.",
    "Along the way {hero} crosses paths with {threat}.",
)
ENDINGS = (
    "Now they have to {goal}, or lose everything.",
    "In the end, only {hero} can {goal}.",
    "Then {event}.",
    "The only question is how to {goal}.",
    "And {threat} is already on the way.",
)
NEUTRAL = (
    "Nothing will ever be the same again.",
    "Based on the novel by {Full}.",
    "Some decisions cannot be undone.",
    "Everyone in {Town} has an opinion about it.",
    "{Full} directs an ensemble of newcomers.",
    "The second part of the {Last} trilogy.",
    "It will be a long week for {Name2}.",
    "Nobody could have seen it coming.",
    "A remake of the film of the same name.",
    "The years pass, and {Town} changes.",
    "Starring {Full} and {Full2}.",
)
TITLES = (
    "The {adjective} {noun}",
    "{noun} of {Town}",
    "{adjective} {noun}",
    "The {noun}",
    "{noun} and {noun2}",
    "{Name}'s {noun}",
    "{Name}",
    "{Name} and {Name2}",
    "{Town}",
    "One {adjective} {noun} in {Town}",
    "The {noun} at {Town}",
    "Return to {Town}",
    "{noun}: {noun2}",
    "Seven {noun2} Days",
    "Before the {noun}",
)
PLAIN_NOUNS = entries(
    "River; Monday; Garden; Stranger; Glass; Autumn; Mirror; Journey; City; Sister; Night; Letters; "
    "Thursday; Corner; Window; Light; Road; Summer; House; Promise; Circle; Avenue; Wind; Colour; "
    "Distance; Morning"
)
PLAIN_ADJECTIVES = entries(
    "Long; White; Second; Other; Open; Empty; Late; Green; Small; Northern; Perfect; Early"
)

SILENT = 0.11  # probability that the text omits a genre after the first
STRAY = 0.10  # probability of one wrong genre in the text
SLIP = 0.07  # probability of a phrase from a random genre
HINT = 0.78  # share of titles with a word of one of the genres


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
        return pick(rng, getattr(WORDS[genre], slot))

    hero, place = phrase("heroes", 0), phrase("places", 1)
    text = template.format(
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
    return text


def plot(rng: np.random.Generator, genres: Sequence[str]) -> str:
    """Return a synopsis of about 200-400 characters that is a strong but noisy signal of `genres`."""
    shown = spoken(rng, genres, SILENT, STRAY)
    target = int(rng.integers(170, 330))
    turn = int(rng.integers(len(shown)))
    sentences = [_sentence(rng, pick(rng, OPENINGS), shown, turn)]
    middles, neutral = several(rng, MIDDLES, len(MIDDLES)), several(rng, NEUTRAL, len(NEUTRAL))
    while len(" ".join(sentences)) < target and len(sentences) < 5:
        turn += 2
        kind = weighted(rng, (middles, neutral), (3, 1))
        sentences.append(_sentence(rng, kind.pop(), shown, turn))
    if chance(rng, 0.5):
        sentences.append(_sentence(rng, pick(rng, (*ENDINGS, neutral[0])), shown, turn + 1))
    return " ".join(sentences)


def title(rng: np.random.Generator, genres: Sequence[str]) -> str:
    """Return a title that usually has one word hinting at one of `genres`."""
    genre = pick(rng, genres) if chance(rng, HINT) else None
    nouns = WORDS[genre].nouns if genre else PLAIN_NOUNS
    adjectives = WORDS[genre].adjectives if genre and chance(rng, 0.5) else PLAIN_ADJECTIVES
    noun = pick(rng, nouns)
    return pick(rng, TITLES).format(
        noun=noun,
        noun2=pick(rng, [other for other in PLAIN_NOUNS if other != noun]),
        adjective=pick(rng, adjectives),
        Name=first_name(rng),
        Name2=first_name(rng),
        Town=place_name(rng),
    )
