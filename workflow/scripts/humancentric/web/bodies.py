"""What the body of an answer must be to count as one, and the reason that a refusal gives."""

import json
from collections.abc import Iterable
from typing import Any

from humancentric.web.addresses import host
from humancentric.web.transport import Answer

PAGE = (b"<!doctype html", b"<html")


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`; anything else is a `ValueError`."""
    try:
        value = json.loads(body)
    except ValueError as error:
        raise ValueError("an answer that is no JSON object") from error
    if not isinstance(value, dict):
        raise ValueError("an answer that is no JSON object")
    return value


def file_bytes(body: bytes) -> bytes:
    """Return `body`; a `ValueError` where a proxy, or a service in repair, sent a web page or nothing instead."""
    if not body or body[:64].lstrip().lower().startswith(PAGE):
        raise ValueError("a web page or nothing in place of a file")
    return body


def reason(answer: Answer, secrets: Iterable[str]) -> str:
    """Return in a few words what an answer without success says, with none of the `secrets` it may repeat."""
    if 300 <= answer.status < 400:
        return f"a redirect to {host(answer.headers.get('Location', ''))}, which is not followed"
    try:
        body = json_object(answer.body)
        text = str(body.get("status_message") or body.get("errors") or "no reason given")
    except ValueError:
        text = answer.problem or "no reason given"
    for secret in secrets:
        text = text.replace(secret, "***")
    return " ".join(text.split())[:200]
