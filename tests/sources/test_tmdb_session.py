import pytest

from demo_data.replica.replica import Replica
from humancentric.core.errors import UserError
from humancentric.sources.tmdb import REFUSED
from humancentric.sources.tmdb.api import RefusedError, credentials_from, origin, session
from tmdb_films import film, write

REAL = {
    "api_url": "https://api.invalid",
    "image_url": "https://images.invalid",
    "requests_per_second": 5,
    "terms_acknowledged": True,
}


def test_a_replica_needs_neither_token_nor_terms(tmp_path):
    write(tmp_path / "films", [film(1)])
    with session({"replica": str(tmp_path / "films")}, {}, {}, replica=Replica) as client:
        assert client.get("movie/1")["title"] == "Film 1"
        assert client.now() is None


def test_catalogue_and_posters_may_stand_apart(tmp_path):
    catalogue, posters = write(tmp_path / "films", [film(1)], {"p1.jpg": b"picture"})
    with session({"catalogue": str(catalogue), "posters": str(posters)}, {}, {}, replica=Replica) as client:
        assert client.image("w780", "/p1.jpg") == b"picture"


@pytest.mark.parametrize("missing", ["catalogue.jsonl", "posters"])
def test_a_missing_part_of_a_replica_is_named(tmp_path, missing):
    catalogue, posters = write(tmp_path / "films", [film(1)])
    catalogue.unlink() if missing == catalogue.name else posters.rmdir()
    with pytest.raises(UserError, match=missing):
        session({"replica": str(tmp_path / "films")}, {}, {}, replica=Replica).__enter__()


def test_the_real_service_wants_terms_then_a_token():
    with pytest.raises(UserError, match=r"tmdb\.terms_acknowledged"):
        session({}, REAL | {"terms_acknowledged": False}, {}).__enter__()
    with pytest.raises(UserError, match="TMDB_TOKEN is not set"):
        session({}, REAL, {}).__enter__()
    with session({}, REAL, {"TMDB_TOKEN": "t"}) as client:
        assert client.now() is not None


def test_a_service_on_loopback_is_asked_like_the_real_one(tmp_path):
    with Replica(*write(tmp_path / "films", [film(1)]), key="k") as replica:
        settings = {"api_url": replica.api_url, "image_url": replica.image_url}
        with session({}, settings, {"TMDB_API_KEY": "k"}) as client:
            assert client.get("authentication")["success"] is True


def test_origins_differ_where_answers_may(tmp_path):
    catalogue, _ = write(tmp_path / "films", [film(1)])
    source = {"replica": str(tmp_path / "films")}
    before = origin(source, REAL)
    assert origin(source, REAL | {"requests_per_second": 1}) == before
    catalogue.write_text(catalogue.read_text() * 2)
    assert origin(source, REAL) != before
    assert origin({}, REAL) == ["https://api.invalid", "https://images.invalid"]


def test_a_token_that_one_job_was_refused_with_is_not_tried_by_the_next(tmp_path):
    environ = {"TMDB_TOKEN": "wrong", REFUSED: str(tmp_path / "refused" / "run")}
    with Replica(*write(tmp_path / "films", [film(1)]), token="right") as replica:
        settings = {"api_url": replica.api_url, "image_url": replica.image_url}
        told = []
        for _ in range(3):
            with pytest.raises(RefusedError, match=r"^TMDB_TOKEN: refused by") as caught:
                ask(settings, environ)
            told.append(str(caught.value))
        assert len(set(told)) == len(replica.request_log) == 1
        with pytest.raises(UserError):  # another run does not know
            ask(settings, environ | {REFUSED: str(tmp_path / "refused" / "other")})
        assert len(replica.request_log) == 2


def ask(settings, environ):
    with session({}, settings, environ) as client:
        client.get("authentication")


@pytest.mark.parametrize(("share", "connections"), [(1.0, 8), (0.5, 4), (0.12, 1)])
def test_jobs_share_rate_and_connections(share, connections):
    with session({}, REAL, {"TMDB_TOKEN": "t"}, share) as client:
        assert client.connections == connections


KEY, TOKEN = "0123456789abcdef" * 2, "eyJhbGciOiJIUzI1NiJ9.x.y"


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"TMDB_TOKEN": f" {TOKEN}\n"}, {"token": TOKEN}),
        ({"TMDB_TOKEN": f"\u201c{TOKEN}\u201d"}, {"token": TOKEN}),
        ({"TMDB_API_KEY": f"'{KEY}'"}, {"key": KEY}),
        ({"TMDB_TOKEN": "\u201c\u201d", "TMDB_API_KEY": KEY}, {"key": KEY}),
    ],
)
def test_quotes_around_a_token_are_no_part_of_it(variables, found):
    assert credentials_from(variables) == found


@pytest.mark.parametrize(
    ("variables", "error"),
    [
        ({"TMDB_TOKEN": KEY}, "TMDB_TOKEN holds a key of API v3 .*set TMDB_API_KEY to it"),
        ({"TMDB_API_KEY": TOKEN}, "TMDB_API_KEY holds an API Read Access Token; set TMDB_TOKEN to it"),
        ({"TMDB_TOKEN": f"{TOKEN} {TOKEN}"}, "TMDB_TOKEN holds a space"),
        ({"TMDB_TOKEN": "eyJ\u2026"}, "character outside ASCII; copy it again"),
    ],
)
def test_a_secret_in_the_wrong_place_is_one_line_without_the_secret(variables, error):
    with pytest.raises(UserError, match=error) as raised:
        credentials_from(variables)
    assert not any(value in str(raised.value) for value in variables.values())
