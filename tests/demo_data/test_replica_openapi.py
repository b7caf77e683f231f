"""The stand-in's answers against what TMDb's public API description says of them, told in our own words.

Where HUMANCENTRIC_REAL_DATA is set and the description itself lies beside it, in ../protocol, that is asked as well;
and the answers recorded from the service must fit our words too, else those prove nothing.
"""

import json
import os
from pathlib import Path

import jsonschema
import pytest
import requests

from demo_data.replica.replica import Replica
from tmdb_films import film, write

REAL = Path(os.environ.get("HUMANCENTRIC_REAL_DATA", "/nowhere"))
OPENAPI = REAL.parent / "protocol" / "tmdb_openapi_subset.json"
BEARER = {"Authorization": "Bearer t"}

TEXT, NUMBER, WHOLE, FLAG = ({"type": kind} for kind in ("string", "number", "integer", "boolean"))
PATH = {
    "anyOf": [{"type": "null"}, {"type": "string", "pattern": r"^/[A-Za-z0-9_-]+\.(jpg|jpeg|png|webp|svg)$"}]
}
DAY = {"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2})?$"}
NULLABLE = {"backdrop_path", "poster_path", "imdb_id", "belongs_to_collection", "homepage", "runtime"}


def closed(optional=(), **properties):
    """Return the schema of an object with exactly these properties, of which `optional` may be missing."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(set(properties) - set(optional)),
        "additionalProperties": False,
    }


def listing(item):
    return {"type": "array", "items": item}


ITEM = {
    "adult": FLAG,
    "backdrop_path": PATH,
    "id": WHOLE,
    "original_language": TEXT,
    "original_title": TEXT,
    "overview": TEXT,
    "popularity": NUMBER,
    "poster_path": PATH,
    "release_date": DAY,
    "softcore": FLAG,  # the description does not know it, recent answers have it
    "title": TEXT,
    "video": FLAG,
    "vote_average": NUMBER,
    "vote_count": WHOLE,
}
LISTED = {**ITEM, "genre_ids": listing(WHOLE)}
NEWER = ("softcore",)
NAMED = closed(id=WHOLE, name=TEXT)
ERROR = closed(success={"const": False}, status_code=WHOLE, status_message=TEXT)
ANSWERS = {
    "discover/movie": closed(
        page=WHOLE, results=listing(closed(NEWER, **LISTED)), total_pages=WHOLE, total_results=WHOLE
    ),
    "find/tt0000001?external_source=imdb_id": closed(
        movie_results=listing(closed(NEWER, **LISTED, media_type={"const": "movie"})),
        **{f"{kind}_results": {"type": "array"} for kind in ("person", "tv", "tv_episode", "tv_season")},
    ),
    "movie/1": closed(
        NEWER,
        **ITEM,
        belongs_to_collection={"type": ["object", "null"]},
        budget=WHOLE,
        genres=listing(NAMED),
        homepage={"type": ["string", "null"]},
        imdb_id={"type": ["string", "null"], "pattern": r"^(tt\d+)?$"},
        origin_country=listing(TEXT),
        production_companies=listing({"type": "object"}),
        production_countries=listing({"type": "object"}),
        revenue=WHOLE,
        runtime={"type": ["integer", "null"]},
        spoken_languages=listing({"type": "object"}),
        status=TEXT,
        tagline={"type": ["string", "null"]},
    ),
    "genre/movie/list": closed(genres=listing(NAMED)),
    "configuration": closed(
        images=closed(
            base_url=TEXT,
            secure_base_url=TEXT,
            **{f"{kind}_sizes": listing(TEXT) for kind in ("backdrop", "logo", "poster", "profile", "still")},
        ),
        change_keys=listing(TEXT),
    ),
    "authentication": closed(success={"const": True}, status_code={"const": 1}, status_message=TEXT),
}
ADDRESS = {
    "find/tt0000001?external_source=imdb_id": "/3/find/{external_id}",
    "movie/1": "/3/movie/{movie_id}",
}
RECORDED = {
    "discover/movie": ["jellyfin__discover_movie", "jellyfin__discover_movie__page-2"],
    "find/tt0000001?external_source=imdb_id": ["jellyfin__find_tt0088247__external-source-imdb-id"],
    "movie/1": ["jellyfin__movie_47964"],
    "genre/movie/list": ["jellyfin__genre_movie_list"],
    "configuration": ["krelinga__configuration", "jellyfin__configuration"],
}


@pytest.fixture(scope="module")
def replica(tmp_path_factory):
    clean = film(1, imdb_id="tt0000001", original_title="Eins", backdrop_path="/b.jpg")
    dirty = film(2, poster_path=None, overview="", genre_ids=[10769], release_date="")
    files = write(tmp_path_factory.mktemp("openapi") / "films", [clean, dirty, film(3)])
    with Replica(*files) as running:
        yield running


def get(replica, path, **headers):
    return requests.get(f"{replica.api_url}/3/{path}", headers=headers or BEARER, timeout=5)


@pytest.mark.parametrize("path", ANSWERS)
def test_answers_have_exactly_the_fields_of_the_service(replica, path):
    answer = get(replica, path)
    assert answer.status_code == 200
    jsonschema.validate(answer.json(), ANSWERS[path])
    for name in ("results", "movie_results", "genres"):
        assert answer.json().get(name) != []  # an empty list fits everything


def test_a_film_is_found_by_either_of_its_numbers(replica):
    found = get(replica, "find/tt0000001?external_source=imdb_id").json()["movie_results"]
    assert [entry["id"] for entry in found] == [1]
    assert get(replica, "movie/tt0000001").json() == get(replica, "movie/1").json()
    assert get(replica, "movie/1").json()["imdb_id"] == "tt0000001"
    for unknown in ("find/tt0000009?external_source=imdb_id", "find/tt0000001?external_source=tvdb_id"):
        assert set(map(len, get(replica, unknown).json().values())) == {0}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("discover/movie?page=501", 400, 22),
        ("discover/movie?primary_release_date.gte=soon", 400, 23),
        ("discover/movie?sort_by=luck", 422, 5),
        ("find/tt0000001", 422, 5),
        ("movie/999", 404, 34),
        ("nowhere", 404, 34),
    ],
)
def test_errors_have_the_form_and_code_of_the_service(replica, path, status, code):
    answer = get(replica, path)
    jsonschema.validate(answer.json(), ERROR)
    assert (answer.status_code, answer.json()["status_code"]) == (status, code)


def test_a_request_without_credentials_is_refused(replica):
    answer = get(replica, "authentication", Authorization="")
    jsonschema.validate(answer.json(), ERROR)
    assert (answer.status_code, answer.json()["status_code"]) == (401, 7)


def strict(schema, name=""):
    """Return a schema of the description that asks for all its properties; null where the service says it."""
    if schema.get("type") == "object":
        parts = {key: strict(part, key) for key, part in schema.get("properties", {}).items()}
        made = {"type": "object", "properties": parts, "required": sorted(parts)}
    elif schema.get("type") == "array":
        made = {"type": "array", "items": strict(schema.get("items", {}))}
    else:
        made = {key: value for key, value in schema.items() if key == "type"}
    return {"anyOf": [{"type": "null"}, made]} if name in NULLABLE else made


@pytest.mark.skipif(
    not OPENAPI.is_file(), reason="no ../protocol/tmdb_openapi_subset.json beside the real data"
)
@pytest.mark.parametrize("path", ANSWERS)
def test_answers_fit_the_description_itself(replica, path):
    address = ADDRESS.get(path, f"/3/{path}")
    operation = json.loads(OPENAPI.read_text())["paths"][address]["get"]
    described = strict(operation["responses"]["200"]["content"]["application/json"]["schema"])
    answer = get(replica, path).json()
    jsonschema.validate(answer, described)
    spoiled = dict(list(answer.items())[1:])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(spoiled, described)


@pytest.mark.skipif(not REAL.is_dir(), reason="HUMANCENTRIC_REAL_DATA is not set")
@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for path, names in RECORDED.items() for name in names]
)
def test_recorded_answers_fit_the_same_words(path, name):
    recorded = json.loads((REAL / "tmdb_fixtures" / "recorded" / f"{name}.json").read_text())
    jsonschema.validate(recorded["response"]["body"], ANSWERS[path])


@pytest.mark.skipif(not REAL.is_dir(), reason="HUMANCENTRIC_REAL_DATA is not set")
def test_recorded_films_are_served_as_they_were_recorded(tmp_path):
    lines = (REAL / "tmdb_fixtures" / "list_items.jsonl").read_text().splitlines()
    films = {film["id"]: film for film in map(json.loads, lines) if not film.get("adult")}
    with Replica(*write(tmp_path / "films", films.values())) as replica:
        first = get(replica, "discover/movie?include_video=true").json()
        pages = [
            get(replica, f"discover/movie?include_video=true&page={n + 1}")
            for n in range(first["total_pages"])
        ]
    shown = {film["id"]: film for page in pages for film in page.json()["results"]}
    assert set(shown) == set(films)
    for number, one in shown.items():
        given = {name: value for name, value in films[number].items() if name in one}
        assert one | given == one
        assert len(given) >= 13
