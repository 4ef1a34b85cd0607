"""What pydantic finds wrong with a record, in our words, one message a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import ValidationError

SCHEMA = "`evenhand register schema` lists the keys"
_WORDS = {
    "extra_forbidden": f"no such key is known here. {SCHEMA}; mend its spelling or leave it out.",
    "missing": "is missing. Add it.",
    "model_type": "must be a mapping: lines of `key: value`, indented below it.",
    "dict_type": "must be a mapping: lines of `key: value`, indented below it.",
    "tuple_type": "must be a list: `[a, b]`, or lines that begin with a hyphen.",
    "string_type": "must be text.",
    "invalid_key": "is a number, and keys are words here. Put a letter before it, or mend the spelling.",
    "bool_type": "must be `true` or `false`.",
    "bool_parsing": "must be `true` or `false`.",
    "int_type": "must be a whole number, without quotes.",
}
_WHAT_A_VALUE_IS = "must be a number, `true`, `false`, a text of 2,000 characters at most, or a list of short texts."


def explained(wrong: ValidationError, value: Any, name: str, line: Callable[[tuple[str | int, ...]], int]) -> list[Problem]:
    """The problems of one file.

    Args:
        wrong: what pydantic says.
        value: what the file holds.
        name: of the file.
        line: gives the line of a path in it.
    """
    by_place: dict[tuple[str | int, ...], list[Any]] = {}
    for error in wrong.errors(include_url=False, include_input=False):
        place = _place(error, value)
        by_place.setdefault(place, []).append(error)
    # A list whose only entry is wrong counts as empty, too; that is said once, of the entry.
    hollow = [place for place, errors in by_place.items() if errors[0]["type"] == "too_short" and any(_is_below(other, place) for other in by_place)]
    return [Problem(name, line(place), f"`{_key(place)}`: {_said(errors)}") for place, errors in by_place.items() if place not in hollow]


def _is_below(place: tuple[str | int, ...], above: tuple[str | int, ...]) -> bool:
    return len(place) > len(above) and place[: len(above)] == above


def _place(error: Any, value: Any) -> tuple[str | int, ...]:
    """The path of an error as the file has it: pydantic adds steps of its own, such as which member of a union was tried."""
    path: list[str | int] = []
    for step in error["loc"]:
        if isinstance(value, dict) and step in value or isinstance(value, list) and isinstance(step, int) and step < len(value):
            path.append(step)
            value = value[step]
        elif error["type"] == "missing" and isinstance(value, dict):
            path.append(step)
    return tuple(path)


def _key(place: tuple[str | int, ...]) -> str:
    return ".".join(str(step)[:60] for step in place) or "the record"


def _said(errors: list[Any]) -> str:
    """One message for all that is wrong in one place; a member of a union that nearly fitted tells more than one that did not."""
    telling = [error for error in errors if error["type"] == "value_error"]
    if telling:
        said = str(telling[0].get("ctx", {}).get("error", telling[0]["msg"]))
        return said if said.endswith(".") else f"{said}."
    if len(errors) > 1 and any(error["type"] == "bool_type" for error in errors):
        return _WHAT_A_VALUE_IS
    return _in_words(errors[0])


def _in_words(error: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden" and " " in str(error["loc"][-1]):
        return "is taken for a key. A text with a comma in it needs quotes around it where it stands between braces."
    if kind in _WORDS:
        return _WORDS[kind]
    if kind == "literal_error":
        return f"must be {context.get('expected')}."
    if kind == "string_too_long":
        return f"is longer than {context.get('max_length'):,} characters. Say it shorter, or split it."
    if kind == "string_too_short":
        return "is empty. Fill it in or leave the key out."
    if kind == "too_short":
        return f"needs {context.get('min_length')} or more entries."
    if kind == "string_pattern_mismatch":
        return _shape(str(context.get("pattern")))
    return f"{error['msg']}."


def _shape(pattern: str) -> str:
    """What a text must look like, for the patterns that records use."""
    from . import words

    shapes = {
        words.SLUG: "must be small letters, digits and single hyphens, such as `essex-police`.",
        words.DATE: "must be a date: 2024, 2024-05 or 2024-05-17; `?` for doubtful, `~` for about; 2020/2022 for a span, 2020/.. for one that has not ended.",
        r"^[a-z0-9-]+\.[a-z0-9-]+$": "must be a claim's id: the subject's slug, a dot, the claim's key.",
        r"^[ESWN][0-9]{8}$": "must be an ONS area code: a letter and eight digits.",
        r"^[0-9a-f]{64}$": "must be a SHA-256 hash: 64 digits and letters a to f.",
    }
    address = "must be a web address that begins with http:// or https://, or a DOI, without spaces."
    return shapes.get(pattern, address if "https?" in pattern else f"is not written as it must be (pattern {pattern}).")
