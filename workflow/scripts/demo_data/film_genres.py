"""The 19 genres of TMDb, with their frequencies and co-occurrence in the demo's films."""

import numpy as np

from humancentric.core.hashing import weighted

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
RETIRED = 10769  # "Foreign": dropped by TMDb, still found in old records

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
