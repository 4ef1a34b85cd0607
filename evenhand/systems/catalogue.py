"""All systems, found by looking: a module of this room with a CARD is a system. There is no list to keep."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from types import ModuleType

from ..tables.errors import BadSetting


@lru_cache
def systems() -> dict[str, ModuleType]:
    """Every system's module by its slug, in alphabetical order.

    Example:
        >>> "harm-spots" in systems()
        True
    """
    room = importlib.import_module(__package__ or "evenhand.systems")
    modules = [importlib.import_module(f"{room.__name__}.{found.name}") for found in pkgutil.iter_modules(room.__path__)]
    return dict(sorted((module.CARD.slug, module) for module in modules if hasattr(module, "CARD")))


def system_named(slug: str) -> ModuleType:
    """The module of one system; hyphens and underscores are the same.

    Raises:
        BadSetting: there is no such system.
    """
    found = systems().get(slug.replace("_", "-"))
    if found is None:
        raise BadSetting(f"There is no system '{slug}'. Known: {', '.join(systems())}.")
    return found
