"""Words of the redress pages in each language: English in data/redress_words.yml, others in gettext catalogues.

Steps, in order:  English words and the questions of records/redress -> locale/redress.pot -> locale/LANGUAGE/LC_MESSAGES/redress.po -> words

A catalogue names each text by where it stands (msgctxt) and its English (msgid), so that a text whose English changed is untranslated
again. What is not translated, or not reviewed (fuzzy), stays English. Letters and law are not in it: they stay in English everywhere.

Read with care: a language is shown only once its catalogue says `X-Published: yes`, which a person who speaks it decides.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ..redress.route_reading import compiled_routes, shipped_routes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ..redress.route_rules import Routes

KEYS = ("asks", "help", "says", "title", "why", "first_why", "if_unknown", "open", "only_if")
"""Parts of routes.json that a person reads."""
RIGHT_TO_LEFT = ("ar", "fa", "he", "ku", "ps", "ur", "yi")
_ENTRY = re.compile(r'^(msgctxt|msgid|msgstr) ("(?:[^"\\]|\\.)*")$')
_MORE = re.compile(r'^("(?:[^"\\]|\\.)*")$')

Messages = dict[str, str]


@cache
def english() -> dict[str, Any]:
    """The words as they stand in the file, by page."""
    import yaml

    held: dict[str, Any] = yaml.safe_load(files("evenhand.web").joinpath("data/redress_words.yml").read_text(encoding="utf-8"))
    return held


def messages(routes: Routes | None = None) -> Messages:
    """Every text to translate, by where it stands.

    Example:
        >>> messages()["questions.nation.asks"]
        'In which part of the UK did it happen?'
    """
    held = compiled_routes(routes or shipped_routes())
    parts = {key: held[key] for key in ("groups", "questions", "gates", "notes", "steps", "stages", "always", "threads", "wording")}
    return dict([*_texts(english(), "page"), *_told(parts)])


def _told(parts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, held in parts.items():
        yield from (_texts(held, kind) if kind in ("wording", "threads") else _texts(held, kind, only=KEYS))


def _texts(value: Any, where: str, *, only: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Texts below a value; `only` under these keys."""
    pairs = (
        value.items() if isinstance(value, dict) else [(one.get("id") or one.get("key") if isinstance(one, dict) else n, one) for n, one in enumerate(value)]
    )
    for key, one in pairs:
        if isinstance(one, dict | list):
            yield from _texts(one, f"{where}.{key}", only=() if key in only else only)
        elif isinstance(one, str) and (not only or key in only):
            yield f"{where}.{key}", one


def _places(value: list[Any]) -> list[Any]:
    """Names of a list's places that stay when another is put in between, where there are such."""
    return [(one.get("id") or one.get("key") or number) if isinstance(one, dict) else number for number, one in enumerate(value)]


def template(routes: Routes | None = None) -> str:
    """The text of redress.pot: what translators start from."""
    return _written(dict.fromkeys(messages(routes), ""), messages(routes), {"Project-Id-Version": "Evenhand", "Content-Type": "text/plain; charset=UTF-8"})


def merged(language: str, routes: Routes | None = None) -> str:
    """A language's catalogue with today's texts: translations whose English is unchanged are kept, all others are empty."""
    kept, head = read_catalogue(language)
    known = messages(routes)
    return _written({where: kept.get((where, says), "") for where, says in known.items()}, known, head)


def _written(translated: Messages, known: Messages, head: Mapping[str, str]) -> str:
    lines = ['msgid ""', 'msgstr ""', *(_quoted(f"{key}: {value}\n") for key, value in head.items()), ""]
    for where, says in known.items():
        lines += [f"msgctxt {_quoted(where)}", f"msgid {_quoted(says)}", f"msgstr {_quoted(translated[where])}", ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def languages() -> list[str]:
    """Languages that have a catalogue, shown or not."""
    return sorted(one.name for one in files("evenhand.web").joinpath("locale").iterdir() if one.is_dir())


def read_catalogue(language: str) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """A language's translations, by place and English text, and what its head says; those marked fuzzy are left out.

    Example:
        >>> read_catalogue("cy")[1]["Language"]
        'cy'
    """
    text = files("evenhand.web").joinpath(f"locale/{language}/LC_MESSAGES/redress.po").read_text(encoding="utf-8")
    found: dict[tuple[str, str], str] = {}
    head: dict[str, str] = {}
    for block in re.split(r"\n\s*\n", text):
        entry = _entry(block)
        if entry.get("msgid") == "" and "msgctxt" not in entry:
            head = dict(line.split(": ", 1) for line in entry["msgstr"].splitlines() if ": " in line)
        elif entry.get("msgstr") and "#, fuzzy" not in block:
            found[entry.get("msgctxt", ""), entry["msgid"]] = entry["msgstr"]
    return found, head


def _entry(block: str) -> dict[str, str]:
    entry: dict[str, str] = {}
    last = ""
    for line in block.splitlines():
        start, more = _ENTRY.match(line), _MORE.match(line)
        if start:
            last = start[1]
            entry[last] = ast.literal_eval(start[2])
        elif more and last:
            entry[last] += ast.literal_eval(more[1])
    return entry


def translated(value: Any, where: str, found: Mapping[tuple[str, str], str]) -> Any:
    """A tree of texts with those put in that are translated.

    Example:
        >>> translated({"back": "Back"}, "page.page", {("page.page.back", "Back"): "Yn ôl"})
        {'back': 'Yn ôl'}
    """
    if isinstance(value, dict):
        return {key: translated(one, f"{where}.{key}", found) for key, one in value.items()}
    if isinstance(value, list):
        return [translated(one, f"{where}.{key}", found) for key, one in zip(_places(value), value, strict=True)]
    return found.get((where, value), value) if isinstance(value, str) else value


def words_in(language: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The pages' words and the questions in a language; English where nothing else is known."""
    routes = compiled_routes(shipped_routes())
    if language == "en":
        return english(), routes
    found, _ = read_catalogue(language)
    return translated(english(), "page", found), {key: translated(value, key, found) for key, value in routes.items()}


def direction(language: str) -> str:
    """Which way a language is written."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def write_catalogues(folder: Path) -> None:
    """Write redress.pot and every language's catalogue anew, in a folder that holds `locale`; translations are kept."""
    texts = {"redress.pot": template(), **{f"{one}/LC_MESSAGES/redress.po": merged(one) for one in languages()}}
    for name, text in texts.items():
        (folder / "locale" / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from pathlib import Path

    write_catalogues(Path(__file__).parent)
