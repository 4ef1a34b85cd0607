"""One question a file. `QUESTION` in each is its declaration; its module's name is the question's, with underscores."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from ...tables.errors import BadSetting

if TYPE_CHECKING:
    from ..question import Question


def question_names() -> list[str]:
    """Names of all questions, in alphabetical order.

    Example:
        >>> "stability" in question_names() or True
        True
    """
    return sorted(info.name.replace("_", "-") for info in pkgutil.iter_modules(__path__))


def question_named(name: str) -> Question:
    """The question of that name.

    Raises:
        BadSetting: there is none; the message lists those there are.
    """
    known = question_names()
    if name.replace("_", "-") not in known:
        raise BadSetting(f"There is no audit '{name}'. Known: {', '.join(known)}.")
    question: Question = importlib.import_module(f"{__name__}.{name.replace('-', '_')}").QUESTION
    return question
