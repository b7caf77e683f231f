import json
import os
from pathlib import Path

import pytest
import requests

from demo_data.replica.faults import Fault
from demo_data.replica.replica import Replica
from demo_data.replica.server import Reply
from humancentric.core.errors import UserError
from humancentric.sources.tmdb.discover import GENRES, genre_names

BEARER = {"Authorization": "Bearer anything"}
FILMS = [
    {
        "id": number,
        "title": f"Film {number}",
        "overview": "A plot.",
        "genre_ids": [18, 35] if number % 2 else [27],
        "original_language": "fr" if number % 5 == 0 else "en",
        "release_date": f"2000-{1 + number // 28:02d}-{1 + number % 28:02d}",
        "poster_path": f"/p{number}.jpg",
        "popularity": float(number),
    }
    for number in range(45)
]
DIRTY = [
    {"id": 100, "title": "No date", "release_date": ""},
    {"id": 101, "title": "Null date", "release_date": None, "genre_ids": [10769]},
    {"id": 102, "title": "Adult", "adult": True, "release_date": "2000-01-01"},
    {"id": 103, "title": "Video", "video": True, "release_date": "2000-01-01"},
    FILMS[7],
]


@pytest.fixture
def folder(tmp_path):
    lines = [json.dumps(film) for film in FILMS + DIRTY]
    (tmp_path / "catalogue.jsonl").write_text("\n".join(lines) + "\n\n")
    (tmp_path / "posters").mkdir()
    (tmp_path / "posters" / "p1.jpg").write_bytes(b"picture")
    return tmp_path


@pytest.fixture
def replica(folder):
    with Replica(folder / "catalogue.jsonl", folder / "posters") as running:
        yield running


def discover(replica, **query):
    dates = {name: query.pop(name) for name in ("gte", "lte") if name in query}
    query |= {f"primary_release_date.{name}": value for name, value in dates.items()}
    return requests.get(f"{replica.api_url}/3/discover/movie", params=query, headers=BEARER, timeout=5)


def ids(answer):
    return [film["id"] for film in answer.json()["results"]]


def test_pages_hold_twenty_and_the_last_one_the_rest(replica):
    pages = [
        discover(replica, page=page, sort_by="primary_release_date.asc", gte="2000-01-01").json()
        for page in (1, 2, 3, 4)
    ]
    assert [len(page["results"]) for page in pages] == [20, 20, 6, 0]  # 45 films, one of them twice
    assert {page["total_results"] for page in pages} == {46}
    assert {page["total_pages"] for page in pages} == {3}
    assert [page["page"] for page in pages] == [1, 2, 3, 4]
    dates = [film["release_date"] for page in pages for film in page["results"]]
    assert dates == sorted(dates)
    assert [film["id"] for page in pages for film in page["results"]].count(7) == 2


def test_no_film_is_an_empty_first_page(replica):
    body = discover(replica, gte="1990-01-01", lte="1990-12-31").json()
    assert body == {"page": 1, "results": [], "total_pages": 1, "total_results": 0}


def test_a_film_has_the_fields_of_the_service(replica):
    film = discover(replica, sort_by="primary_release_date.asc", gte="2000-01-01").json()["results"][0]
    assert set(film) == {
        *("adult", "backdrop_path", "genre_ids", "id", "original_language", "original_title", "overview"),
        *("popularity", "poster_path", "release_date", "softcore", "title", "video", "vote_average"),
        "vote_count",
    }


def test_filters(replica):
    everything = discover(replica).json()["total_results"]
    assert everything == 48  # dated and undated ones, without adult films and videos
    assert discover(replica, include_adult="true").json()["total_results"] == 49
    assert discover(replica, include_video="true").json()["total_results"] == 49
    assert ids(discover(replica, gte="2000-01-02", lte="2000-01-03", sort_by="primary_release_date.asc")) == [
        1,
        2,
    ]
    french = discover(replica, with_original_language="fr").json()
    assert french["total_results"] == 9
    assert discover(replica, with_original_language="fr|en").json()["total_results"] == everything
    assert discover(replica, with_genres="18,35").json()["total_results"] == 23
    assert discover(replica, with_genres="18|27").json()["total_results"] == 46
    assert discover(replica, with_genres="18,27").json()["total_results"] == 0


def test_orders(replica):
    assert ids(discover(replica))[:3] == [44, 43, 42]  # by popularity
    newest = [
        film["release_date"]
        for film in discover(replica, sort_by="primary_release_date.desc").json()["results"]
    ]
    assert newest == sorted(newest, reverse=True)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"page": 501}, 400, 22),
        ({"page": 0}, 400, 22),
        ({"page": "two"}, 400, 22),
        ({"gte": "2000-13-01"}, 400, 23),
        ({"sort_by": "nonsense"}, 422, 5),
    ],
)
def test_refused_queries(replica, query, status, code):
    answer = discover(replica, **query)
    assert answer.status_code == status
    assert answer.json()["status_code"] == code
    assert answer.json()["success"] is False
    assert answer.headers["Content-Type"].startswith("application/json")


def test_page_500_is_still_allowed(replica):
    assert discover(replica, page=500).json()["results"] == []


def test_both_kinds_of_credentials_and_none(folder):
    with Replica(folder / "catalogue.jsonl", folder / "posters", token="right", key="also") as replica:

        def status(key=None, **headers):
            url = f"{replica.api_url}/3/authentication"
            answer = requests.get(url, params={"api_key": key} if key else {}, headers=headers, timeout=5)
            return answer.status_code, answer.json()["status_code"]

        assert status(Authorization="Bearer right") == (200, 1)
        assert status(key="also") == (200, 1)
        assert status(Authorization="Bearer wrong") == (401, 7)
        assert status(key="right") == (401, 7)
        assert status() == (401, 7)
        assert "also" not in str([str(asked) for asked in replica.request_log])


def test_other_endpoints(replica):
    def get(path):
        return requests.get(f"{replica.api_url}/3/{path}", headers=BEARER, timeout=5)

    genres = get("genre/movie/list").json()["genres"]
    assert {genre["id"]: genre["name"] for genre in genres} == GENRES
    images = get("configuration").json()["images"]
    assert images["secure_base_url"] == f"{replica.image_url}/"
    assert images["poster_sizes"] == ["w92", "w154", "w185", "w342", "w500", "w780", "original"]
    film = get("movie/1").json()
    assert film["genres"] == [{"id": 18, "name": "Drama"}, {"id": 35, "name": "Comedy"}]
    for missing in ("movie/999999999", "nothing/here"):
        assert get(missing).status_code == 404
        assert get(missing).json()["status_code"] == 34


def test_images_need_no_token_and_stay_in_their_folder(replica):
    def get(path):
        return requests.get(f"{replica.image_url}/{path}", timeout=5)

    good = get("w600_and_h900_bestv2/p1.jpg")
    assert (good.status_code, good.content, good.headers["Content-Type"]) == (200, b"picture", "image/jpeg")
    for bad in ("w780/p2.jpg", "w1/p1.jpg", "w780/..%2fcatalogue.jsonl", "w780/%2e%2e/catalogue.jsonl"):
        assert get(bad).status_code == 404


def test_faults_come_in_order_and_the_request_log_has_them_all(folder):
    busy = Reply(429, b"{}", headers={"Retry-After": "3"})
    faults = [Fault(reset=True), Fault(truncated=True), Fault(reply=busy), None]
    with Replica(folder / "catalogue.jsonl", folder / "posters", faults=faults) as replica:
        for _ in range(2):
            with pytest.raises(requests.RequestException):
                discover(replica, page=1)
        assert discover(replica, page=1).headers["Retry-After"] == "3"
        assert discover(replica, page=1).status_code == 200
        assert [str(asked) for asked in replica.request_log] == ["GET /3/discover/movie?page=1"] * 4


def test_a_fault_may_depend_on_the_request(folder):
    def third_page(asked, number):
        return Fault(reply=Reply(503, b"")) if ("page", "3") in asked.query else None

    with Replica(folder / "catalogue.jsonl", folder / "posters", faults=third_page) as replica:
        assert [discover(replica, page=page).status_code for page in (1, 2, 3)] == [200, 200, 503]


def test_a_line_that_is_no_film_is_named(folder):
    (folder / "catalogue.jsonl").write_text('{"id": 1}\n{"title": "no id"}\n')
    with pytest.raises(UserError, match=r"catalogue.jsonl:2: no film"):
        Replica(folder / "catalogue.jsonl", folder / "posters")


def test_genre_names_are_ordered_and_known():
    assert genre_names([53, 10769, 28, 53, "18", None]) == ["Action", "Thriller"]
    assert genre_names(None) == []
    assert len(GENRES) == 19


# --- against answers recorded from the real service; they are not part of this project ---------------------------

RECORDED = Path(os.environ.get("HUMANCENTRIC_REAL_DATA", "")) / "tmdb_fixtures"
recorded = pytest.mark.skipif(
    "HUMANCENTRIC_REAL_DATA" not in os.environ, reason="HUMANCENTRIC_REAL_DATA is not set"
)


@recorded
def test_genres_are_the_recorded_ones():
    real = json.loads((RECORDED / "recorded" / "jellyfin__genre_movie_list.json").read_text())
    assert {genre["id"]: genre["name"] for genre in real["response"]["body"]["genres"]} == GENRES


@recorded
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("404_jellyfin__movie_999999999", "movie/999999999"),
        ("static_adamayoung__error_status_400", "discover/movie?page=501"),
        ("static_adamayoung__error_status_401", "authentication"),
    ],
)
def test_errors_are_the_recorded_ones(replica, name, path):
    real = json.loads((RECORDED / "errors" / f"{name}.json").read_text())
    real = real.get("response", {}).get("body", real)
    headers = {} if "401" in name else BEARER
    answer = requests.get(f"{replica.api_url}/3/{path}", headers=headers, timeout=5)
    assert answer.json() == real
    assert str(answer.status_code) in name
