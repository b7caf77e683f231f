"""Validate the effective config by closed schemas and cross-checks; errors are one line: position, value, remedy."""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from humancentric.core.errors import UserError, nearest
from humancentric.study.crosschecks import crosscheck
from humancentric.study.study import Study

SECTIONS = (
    "study",
    "datasets",
    "encoders",
    "detectors",
    "protocols",
    "prompts",
    "claims",
    "audit",
    "tmdb",
    "downloads",
    "demo",
    "labels",
)


def plain(value: Any) -> Any:
    """Return `value` with dates as ISO strings and keys in Unicode's composed form (NFC), as readers expect them."""
    if isinstance(value, dict):
        return {
            unicodedata.normalize("NFC", key) if isinstance(key, str) else key: plain(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


# PyYAML's C parser, where it is available, takes a tenth of the time.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# YAML reads yes, no, on, off, true and false as booleans, and digits as numbers.
QUOTE = "put it in quotes, e.g. 'no' or '1984'"
UNKNOWN = ("additionalProperties", "unevaluatedProperties")
# Errors in the order in which they are reported: a wrong kind makes the keys of the right one unknown, and a misspelt
# key leaves the right one missing.
PRIORITIES = ("enum", *UNKNOWN)


def _pattern(
    validator: Any, pattern: str, instance: Any, schema: Any
) -> Iterator[jsonschema.ValidationError]:
    """Check a pattern whose ``$`` is the end of the text: Python's also allows a line feed after it."""
    if validator.is_type(instance, "string") and not re.search(
        re.sub(r"(?<!\\)\$$", r"\\Z", pattern), instance
    ):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})


def _keys(schema: dict[str, Any], instance: Any) -> set[str]:
    """Return every key that a schema allows for this object, following the branches that hold for it."""
    keys = set(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        holds = "if" not in part or jsonschema.Draft202012Validator(part["if"]).is_valid(instance)
        keys |= _keys(part.get("then", {}) if holds else part.get("else", {}), instance)
    return keys


def _problem(error: jsonschema.ValidationError, section: str) -> str | None:
    position = ".".join([section, *map(str, error.absolute_path)])
    if error.validator in UNKNOWN:
        valid = _keys(error.schema, error.instance)
        unknown = next((key for key in error.instance if key not in valid), None)
        if unknown is None:  # every key of a branch that fails for another reason counts as unevaluated
            return None
        return f"{position}.{unknown}: unknown key{nearest(unknown, valid)}"
    if error.validator in ("type", "anyOf", "enum") and (problem := _unquoted_value(error)):
        return f"{position} is {problem}"
    if error.validator in ("required", "dependentRequired"):
        missing = error.message.split("'")[1]
        return f"{position}.{missing} is missing; add it"
    if error.validator == "enum":
        return f"{position} is {error.instance!r}{nearest(error.instance, error.validator_value)}"
    if error.validator == "pattern" and "description" not in error.schema:
        return f"{position}: name {error.instance!r} is not allowed; use small letters, digits and hyphens"
    return f"{position} is {error.instance!r}; {error.schema.get('description', error.message)}"


def _unquoted_key(value: Any, position: str) -> str | None:
    """Describe the first key in `value` that is not text; None if all are."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(value, dict) and not isinstance(key, str):
            return f"{position} has the key {key!r}, which is not text; {QUOTE}"
        problem = _unquoted_key(item, f"{position}.{key}" if position else str(key))
        if problem is not None:
            return problem
    return None


def _wants_text(schema: dict[str, Any]) -> bool:
    named = any(isinstance(value, str) for value in schema.get("enum", ()))
    return named or schema.get("type") == "string" or any(map(_wants_text, schema.get("anyOf", ())))


def _unquoted_value(error: jsonschema.ValidationError) -> str | None:
    """Describe a value, or an item of a list, that should be text but is a number or a boolean; None if all fit."""
    schemas = [error.schema, *(part["items"] for part in error.schema.get("anyOf", ()) if "items" in part)]
    values = error.instance if isinstance(error.instance, list) else [error.instance]
    wrong = next((value for value in values if isinstance(value, bool | int | float)), None)
    if wrong is None or not any(map(_wants_text, schemas)):
        return None
    return f"{wrong!r}, which is not text; {QUOTE}"


def _priority(error: jsonschema.ValidationError) -> int:
    return PRIORITIES.index(error.validator) if error.validator in PRIORITIES else len(PRIORITIES)


def validate(config: dict[str, Any], schemas: Path) -> Study:
    """Return the study of `config` after checks against the schemas in the folder `schemas`, then row against row.

    Raises `UserError` with the first mistake: position, value, remedy, nearest valid name.
    """
    for key in config:
        if key not in SECTIONS:
            raise UserError(f"config: {key}: unknown key{nearest(key, SECTIONS)}")
    problem = _unquoted_key(config, "")
    if problem is not None:
        raise UserError(f"config: {problem}")
    for section in SECTIONS:
        text = (schemas / f"{section}.schema.yaml").read_text(encoding="utf-8")
        schema = yaml.load(text, Loader=LOADER)
        validator = Validator(schema)
        errors = sorted(validator.iter_errors(config.get(section, {})), key=_priority)
        problem = next(filter(None, (_problem(error, section) for error in errors)), None)
        if problem is not None:
            raise UserError(f"config: {problem}")
    return crosscheck(config)
