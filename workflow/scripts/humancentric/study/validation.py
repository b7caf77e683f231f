"""Closed schemas and cross-checks of the effective config; every mistake is one line: place, value, remedy."""

import datetime
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
    """Return `value` with dates as ISO strings, as every reader of the config expects them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


# The parser in C, where PyYAML has it: a tenth of the time.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UNKNOWN = ("additionalProperties", "unevaluatedProperties")
# A wrong kind makes the keys of the right one unknown, and an unknown key often leaves the right one missing.
TELLING = ("enum", *UNKNOWN)


def _keys(schema: dict[str, Any], instance: Any) -> set[str]:
    """Return every key that a schema allows for this object, following the branches that hold for it."""
    keys = set(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        holds = "if" not in part or jsonschema.Draft202012Validator(part["if"]).is_valid(instance)
        keys |= _keys(part.get("then", {}) if holds else part.get("else", {}), instance)
    return keys


def _problem(error: jsonschema.ValidationError, section: str) -> str | None:
    place = ".".join([section, *map(str, error.absolute_path)])
    if error.validator in UNKNOWN:
        valid = _keys(error.schema, error.instance)
        unknown = next((key for key in error.instance if key not in valid), None)
        if unknown is None:  # every key of a branch that fails for another reason counts as unevaluated
            return None
        return f"{place}.{unknown}: unknown key{nearest(unknown, valid)}"
    if error.validator in ("required", "dependentRequired"):
        missing = error.message.split("'")[1]
        return f"{place}.{missing} is missing; add it"
    if error.validator == "enum":
        return f"{place} is {error.instance!r}{nearest(error.instance, error.validator_value)}"
    if error.validator == "pattern" and "description" not in error.schema:
        return f"{place}: name {error.instance!r} is not allowed; use small letters, digits and hyphens"
    return f"{place} is {error.instance!r}; {error.schema.get('description', error.message)}"


def _telling(error: jsonschema.ValidationError) -> int:
    return TELLING.index(error.validator) if error.validator in TELLING else len(TELLING)


def validate(config: dict[str, Any], schemas: Path) -> Study:
    """Return the study of `config` after checks against the schemas in the folder `schemas`, then row against row.

    Raises `UserError` with the first mistake: place, value, remedy, nearest valid name.
    """
    for key in config:
        if key not in SECTIONS:
            raise UserError(f"config: {key}: unknown key{nearest(key, SECTIONS)}")
    for section in SECTIONS:
        text = (schemas / f"{section}.schema.yaml").read_text(encoding="utf-8")
        schema = yaml.load(text, Loader=LOADER)
        validator = jsonschema.Draft202012Validator(schema)
        errors = sorted(validator.iter_errors(config.get(section, {})), key=_telling)
        problem = next(filter(None, (_problem(error, section) for error in errors)), None)
        if problem is not None:
            raise UserError(f"config: {problem}")
    return crosscheck(config)
