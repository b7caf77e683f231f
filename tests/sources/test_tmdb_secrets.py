# ruff: noqa: SIM117 - one block each for the server, the client and what is expected reads best
"""Who may ask TMDb and what nobody sees: terms, tokens and keys, redirects and plain HTTP."""

import logging
import socket
import traceback

import pytest
from requests import Session
from tmdb_clients import HTML, SECRET, Asleep, busy, client_of

from demo_data.replica.faults import Fault
from demo_data.replica.replica import Replica
from demo_data.replica.server import Reply, error
from humancentric import __version__
from humancentric.core.errors import UserError
from humancentric.core.http_transport import ServiceError, is_loopback
from humancentric.sources.tmdb.api import Client, check_terms, credentials_from
from tmdb_films import film, write


@pytest.fixture
def files(tmp_path):
    return write(tmp_path / "films", [film(1), film(2)], {"p1.jpg": b"picture"})


@pytest.mark.parametrize("code", [34, 22, 5])
def test_refusals_are_not_repeated(files, code):
    with Replica(*files, faults=lambda *_: Fault(reply=error(code))) as replica, client_of(replica) as client:
        with pytest.raises(ServiceError) as caught:
            client.get("movie/1")
        assert caught.value.status == error(code).status
        assert len(replica.request_log) == 1


@pytest.mark.parametrize(("credential", "variable"), [("token", "TMDB_TOKEN"), ("key", "TMDB_API_KEY")])
def test_401_names_the_variable_and_is_not_repeated(files, credential, variable):
    with Replica(*files, token="other", key="other") as replica:
        with client_of(replica, **({"token": None} | {credential: SECRET})) as client:
            with pytest.raises(UserError, match=f"^{variable}: refused by 127.0.0.1 .*set {variable}"):
                client.get("movie/1")
        assert len(replica.request_log) == 1


def test_the_key_works_and_the_image_host_never_sees_the_token(files, monkeypatch):
    with Replica(*files, key=SECRET) as replica, client_of(replica, token=None, key=SECRET) as client:
        assert client.get("authentication")["success"] is True
    seen = []
    with Replica(*files) as replica, client_of(replica) as client:
        send = Session.send
        monkeypatch.setattr(
            Session, "send", lambda self, request, **rest: seen.append(request) or send(self, request, **rest)
        )
        client.get("movie/1")
        client.image("w780", "/p1.jpg")
    assert [request.headers.get("Authorization") for request in seen] == [f"Bearer {SECRET}", None]
    assert all(request.headers["User-Agent"].startswith(f"humancentric/{__version__}") for request in seen)


@pytest.mark.parametrize("credential", ["token", "key"])
@pytest.mark.parametrize(
    "fault",
    [
        busy(503),
        Fault(reset=True),
        HTML,
        Fault(reply=error(34)),
        Fault(reply=error(7)),
        Fault(reply=Reply(400, b'{"status_message": "bad api_key=' + SECRET.encode() + b'"}')),
        Fault(reply=Reply(302, b"", headers={"Location": f"http://127.0.0.1/x?api_key={SECRET}"})),
    ],
    ids=["503", "reset", "html", "404", "401", "echo", "redirect"],
)
def test_no_secret_in_errors_or_logs(files, fault, credential, caplog):
    caplog.set_level(logging.DEBUG)
    with Replica(*files, faults=lambda *_: fault) as replica:
        with client_of(replica, attempts=2, **({"token": None} | {credential: SECRET})) as client:
            with pytest.raises((ServiceError, UserError)) as caught:
                client.get("discover/movie", {"page": 1})
    chain, cause = [], caught.value
    while cause is not None:
        chain.append(repr(cause))
        cause = cause.__cause__ or cause.__context__
    told = "".join(traceback.format_exception(caught.value)) + "".join(chain) + caplog.text
    assert SECRET not in told


def test_no_secret_when_nobody_listens(caplog):
    caplog.set_level(logging.DEBUG)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with Client(url, url, key=SECRET, attempts=2, sleep=Asleep()) as client:
        with pytest.raises(
            ServiceError, match=r"no whole answer .ConnectionError., after 2 attempts"
        ) as caught:
            client.get("movie/1")
    assert SECRET not in "".join(traceback.format_exception(caught.value)) + caplog.text


def test_redirects_are_refused(files):
    away = Fault(reply=Reply(302, b"", headers={"Location": "http://localhost:1/stolen"}))
    with Replica(*files, faults=[away]) as replica, client_of(replica) as client:
        with pytest.raises(ServiceError, match=r"302 .a redirect to localhost, which is not followed"):
            client.get("movie/1")
        assert len(replica.request_log) == 1


def test_plain_http_is_for_loopback_only():
    with pytest.raises(UserError, match=r"tmdb.api_url is 'http://api.invalid'; use .* https"):
        Client("http://api.invalid", "https://images.invalid")
    assert [
        is_loopback(f"http://{host}") for host in ("127.0.0.1:80", "[::1]", "localhost", "api.invalid")
    ] == [
        True,
        True,
        True,
        False,
    ]


def test_terms_must_be_acknowledged_for_the_real_service():
    check_terms("http://127.0.0.1:8000", False)
    check_terms("https://api.themoviedb.org", True)
    with pytest.raises(UserError) as caught:
        check_terms("https://api.themoviedb.org", False)
    told = str(caught.value)
    assert "\n" not in told
    for word in ("tmdb.terms_acknowledged", "6 months", "machine learning", "https://www.themoviedb.org/"):
        assert word in told


def test_credentials_come_from_the_environment():
    assert credentials_from({"TMDB_TOKEN": " t ", "TMDB_API_KEY": "k"}) == {"token": "t"}
    assert credentials_from({"TMDB_TOKEN": " ", "TMDB_API_KEY": "k"}) == {"key": "k"}
    with pytest.raises(UserError, match="TMDB_TOKEN is not set"):
        credentials_from({})
