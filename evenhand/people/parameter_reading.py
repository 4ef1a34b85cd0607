"""Reading parameter files strictly: every mistake in one message, an unknown name with the nearest known one."""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ..tables.errors import BadFile
from .parameter_list import SECTIONS, Values

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .parameters import Note

HEAD = ("title", "says", "base", *SECTIONS)
PART = ("value", "source", "mark", "says")
MOST_BYTES = 1_000_000


def names() -> tuple[str, ...]:
    """Every parameter as "section.name"."""
    return tuple(f"{section}.{name}" for section in SECTIONS for name in Values.model_fields[section].annotation.model_fields)  # type: ignore[union-attr]


@cache
def described() -> dict[str, str]:
    """What every parameter means, by "section.name"."""
    sections = {section: Values.model_fields[section].annotation for section in SECTIONS}
    return {f"{section}.{name}": field.description or "" for section, of in sections.items() for name, field in of.model_fields.items()}  # type: ignore[union-attr]


def one_name(given: str) -> str:
    """The full name of a parameter given with or without its section; "" where there is none, or more than one."""
    if given in names():
        return given
    found = [name for name in names() if name.split(".")[1] == given]
    return found[0] if len(found) == 1 else ""


def near(given: str) -> str:
    """What is said of a name that is none."""
    several = [name for name in names() if name.split(".")[1] == given]
    if several:
        return f" alone; say which: {', '.join(several)}"
    return near_to(given, (*names(), *(name.split(".")[1] for name in names())))


def near_to(given: str, known: Iterable[str]) -> str:
    """The nearest of the known names, as the end of a sentence."""
    found = difflib.get_close_matches(str(given), list(known), n=1, cutoff=0.6)
    return f" (is `{found[0]}` meant?)" if found else ""


def written(path: Path) -> dict[str, Any]:
    """What a file holds.

    Raises:
        BadFile: it cannot be read, is not YAML, or gives a key twice.
    """
    import yaml

    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadFile(f"{path} is {path.stat().st_size / 1e6:,.1f} MB long, so it is no file of parameters.")
        held = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_loader())
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        raise BadFile(f"{path} is not YAML{f', line {mark.line + 1}' if mark else ''}: {getattr(wrong, 'problem', None) or wrong}. Mend that line.") from None
    except UnicodeDecodeError as wrong:
        raise BadFile(f"{path} is not UTF-8 text (byte {wrong.start + 1}). Save it again as UTF-8.") from None
    except OSError as wrong:
        raise BadFile(f"{path} cannot be read: {wrong.strerror or wrong}.") from None
    if not isinstance(held, dict):
        raise BadFile(f"{path} holds no keys. A file of parameters begins with `title:`, and `base:` or all sections: {', '.join(SECTIONS)}.")
    return held


def sorted_out(given: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], dict[str, Note], list[str]]:
    """The values by section, the notes by full name, and what is wrong with either."""
    from .parameters import Note

    values: dict[str, dict[str, Any]] = {}
    notes: dict[str, Note] = {}
    mistakes = [f"there is no key `{key}`{near_to(str(key), HEAD)}" for key in given if key not in HEAD]
    for section in SECTIONS:
        held = given.get(section) or {}
        if not isinstance(held, dict):
            mistakes.append(f"`{section}` holds no parameters; each is `name: {{value: …, source: …, mark: …}}`")
            continue
        for name, part in held.items():
            full = f"{section}.{name}"
            if full not in names():
                mistakes.append(f"there is no parameter `{full}`{near_to(full, names())}")
            elif not isinstance(part, dict) or "value" not in part or set(part) - set(PART):
                strange = "" if not isinstance(part, dict) else ", ".join(str(key) for key in part if key not in PART)
                mistakes.append(
                    f"`{full}` is written {{value: …, source: …, mark: known|recalled|guessed, says: …}}{f', without {strange}' if strange else ''}"
                )
            else:
                values.setdefault(section, {})[name] = part["value"]
                try:
                    notes[full] = Note.model_validate({key: part[key] for key in part if key != "value"})
                except ValidationError as wrong:
                    mistakes += [f"`{full}.{'.'.join(map(str, one['loc']))}`: {one['msg'].lower()}" for one in wrong.errors()]
    return values, notes, mistakes


def mistakes_of(wrong: ValidationError) -> list[str]:
    """What pydantic found, in a line each, with the name of the parameter."""
    said = []
    for one in wrong.errors():
        where = ".".join(str(part) for part in one["loc"])
        found = one.get("input")
        shown = f", not {found!r}" if isinstance(found, int | float | str) else ""
        says = one["msg"].removeprefix("Value error, ")
        said.append(f"`{where}`: {says[0].lower()}{says[1:]}{shown}" if where else says)
    return said


def _loader() -> Any:
    """PyYAML's safe loader, refusing a key given twice; days stay text."""
    import yaml

    class Strict(yaml.SafeLoader):
        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen: set[str] = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"the key `{key.value}` stands there twice; keep one", key.start_mark)
                seen.add(str(key.value))
            return super().construct_mapping(node, deep)

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.composer.ComposerError(None, None, "aliases are not read here; write it out", self.peek_event().start_mark)  # type: ignore[no-untyped-call]
            return super().compose_node(parent, index)

    Strict.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return Strict
