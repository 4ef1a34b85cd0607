"""A commented file of parameters to start a scenario of one's own from: every parameter stands there with what it means and its value in the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .parameter_list import SECTIONS
from .parameter_reading import described
from .parameters import read_parameters

if TYPE_CHECKING:
    from .parameters import Parameters

HEAD = """\
# A scenario of made-up people: what is not given here is as in the base.
# Take the # away before a parameter's lines to set it. Each has a value, a source and a mark:
#   known      read in the source, or counted from published data
#   recalled   from the literature, not re-read
#   guessed    an assumption of yours
# Look at it with:  evenhand people show {file}
# Make people with: evenhand people make --scenario {file} --people 100000 --out out/my-people
title: "{title}"
says: "Say in a sentence what is different here."
base: {base}
"""


def starter(*, file: str = "my-place.yml", title: str = "A place of my own", base: str = "england-and-wales") -> str:
    """The text of a parameter file in which everything is commented out.

    Args:
        file: what it will be called, for the commands in its head.
        title: of the scenario.
        base: slug of the scenario it starts from.

    Example:
        >>> starter().splitlines()[9]
        'base: england-and-wales'
    """
    parameters = read_parameters(base)
    sections = [_section(parameters, section) for section in SECTIONS]
    return HEAD.format(file=file, title=title, base=base) + "\n" + "\n".join(sections)


def _section(parameters: Parameters, section: str) -> str:
    values = getattr(parameters.values, section)
    lines = [f"# {section}:"]
    for name in type(values).model_fields:
        full = f"{section}.{name}"
        note = parameters.notes[full]
        lines += [f"#   # {described()[full]}", f"#   {name}:", *_value(values.model_dump()[name])]
        lines += [f"#     source: {_quoted(note.source)}", f"#     mark: {note.mark}", f"#     says: {_quoted(note.says)}"]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> list[str]:
    if isinstance(value, dict) and any(isinstance(part, dict) for part in value.values()):
        return ["#     value:", *(f"#       {_quoted(key)}: {_flow(part)}" for key, part in value.items())]
    return [f"#     value: {_flow(value)}"]


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    return f"{value:.12g}" if isinstance(value, float) else _quoted(value)


def _quoted(value: Any) -> str:
    """A key or a text as YAML reads it back."""
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return text if text.isidentifier() else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
