"""Words that need explaining, each once: they stand in the glossary, and every page that uses one leads there."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from markupsafe import Markup

from .addresses import up

GLOSSARY = "glossary.html"


@cache
def terms() -> dict[str, dict[str, str]]:
    """Each term by its key: the word, what it means, and the heading it stands under."""
    import yaml

    held = yaml.safe_load(files("evenhand.web").joinpath("data/terms.yml").read_text(encoding="utf-8"))
    return {key: {"under": under, **one} for under, group in held.items() for key, one in group.items()}


def term(path: str, key: str, word: str | None = None) -> Markup:
    """A word that leads to its meaning, which also shows where the pointer rests.

    Args:
        path: of the page it stands on.
        key: of the term.
        word: as it stands in the sentence; left out, the term itself.

    Example:
        >>> term("index.html", "claim")[:46]
        Markup('<a class="term" href="glossary.html#term-claim')
    """
    one = terms()[key]
    return Markup('<a class="term" href="{}{}#term-{}" title="{}">{}</a>').format(up(path), GLOSSARY, key, one["means"], word or one["word"])
