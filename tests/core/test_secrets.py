"""Users, passwords and keys in addresses stand in no message, log or reject, and in no address of the config."""

import io
import logging
import pickle

import pytest
import yaml

from extended import copy_project
from humancentric.core import logs
from humancentric.core.downloads import checked_host
from humancentric.core.errors import UserError
from humancentric.core.escaping import without_secrets
from humancentric.core.http_client import RateLimitedClient
from humancentric.core.http_transport import ServiceError
from humancentric.core.images import ImageError
from humancentric.study.validation import validate
from project import ROOT
from running import snakemake

SECRET = "s3cret-w0rd"
ADDRESSES = [
    f"https://user:{SECRET}@example.org/3",
    f"https://{SECRET}@example.org/3",
    f"https://user:{SECRET}@[::1]:80/a",
    f"http://user:a@b/{SECRET}@example.org",
    f"socks5h://user:{SECRET}@proxy:1080",
    f"https://example.org/3?page=1&api_key={SECRET}",
    f"https://example.org/a.jpg?X-Amz-Signature={SECRET}&size=1",
    f"https://example.org/?ACCESS_TOKEN={SECRET}#top",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_secret_is_in_no_message_and_no_log(address):
    assert SECRET not in without_secrets(f"{address}: 404; again")
    assert without_secrets(f"{address}: 404; again").endswith(" 404; again")
    error = UserError(f"'{address}' cannot be read")
    assert SECRET not in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert SECRET not in f"{ImageError('refused', address)} {ImageError('refused', address).detail}"
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Printable("%(message)s"))
    try:
        raise OSError(f"no connection to {address}")
    except OSError as problem:
        trace = (OSError, problem, problem.__traceback__)
    handler.emit(logging.LogRecord("a", logging.ERROR, "", 0, "asked %s", (address,), trace))
    assert "asked" in stream.getvalue()
    assert SECRET not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/@name/a.jpg?size=2&page=3 failed",
        "https://example.org:8080/a",
        "write to a@example.org",
        "the key: value, keys=3",
    ],
)
def test_other_text_stays(text):
    assert without_secrets(text) == text


@pytest.mark.parametrize(
    "address", [*ADDRESSES[:4], f"ftp://user:{SECRET}@example.org", f"http://u:{SECRET}@[x"]
)
def test_a_picture_s_address_with_a_password_is_a_reject_that_does_not_show_it(address):
    with pytest.raises(ImageError) as error:
        checked_host(address, private=True)
    assert error.value.reason == "bad-address"
    assert SECRET not in error.value.detail


PLACES = [(place, address) for place in ("api_url", "image_url") for address in (ADDRESSES[0], ADDRESSES[5])]
DETECTOR = [("url", address) for address in (*ADDRESSES[:3], *ADDRESSES[5:])]


@pytest.mark.parametrize(("place", "address"), PLACES + DETECTOR)
def test_an_address_of_the_config_with_a_secret_is_refused_without_showing_it(config, place, address):
    section = config["detectors"]["east"] if place == "url" else config["tmdb"]
    section |= {place: address, **({"sha256": "0" * 64} if place == "url" else {})}
    with pytest.raises(
        UserError, match=rf"{place} is .*; use the .*address of .*, without user, password"
    ) as error:
        validate(config, ROOT / "workflow" / "schemas")
    assert SECRET not in str(error.value)


@pytest.mark.parametrize(
    "address", ["https://example.org/a.pb?download=true", "http://[::1]:80/a", "https://a.b"]
)
def test_other_addresses_of_the_config_are_accepted(config, address):
    config["detectors"]["east"] |= {"url": address, "sha256": "0" * 64}
    config["tmdb"]["api_url"] = address.partition("?")[0]
    validate(config, ROOT / "workflow" / "schemas")


def test_a_refused_run_leaves_no_secret_behind(tmp_path):
    folder = copy_project(tmp_path / "project")
    (folder / "mine.yaml").write_text(yaml.safe_dump({"tmdb": {"api_url": ADDRESSES[0]}}))
    run = snakemake(folder, "--cores", "1", "--configfile", "mine.yaml", check=False)
    assert run.returncode == 1
    assert "config: tmdb.api_url is 'https://***@example.org/3'; use the address of the API" in run.stderr
    assert SECRET not in run.stdout + run.stderr
    (folder / "mine.yaml").unlink()
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("address", [ADDRESSES[0], ADDRESSES[5], "https://example.org/3"])
def test_a_request_that_fails_behind_a_proxy_shows_no_secret(monkeypatch, caplog, address):
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{SECRET}@127.0.0.1:9")  # nobody listens there
    with (
        RateLimitedClient(attempts=2, backoff=0.01) as client,
        pytest.raises(ServiceError, match=r"^example\.org/3: no whole answer.*after 2 attempts") as error,
    ):
        client.ask(address)
    assert SECRET not in str(error.value) + caplog.text
