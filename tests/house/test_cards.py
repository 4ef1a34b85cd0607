"""Every system and every source has a card, and the card says something."""

from __future__ import annotations

import importlib

import pytest

from tests.house.tree import name, none_of, parsed


def modules_with(room: str, verbs: set[str]) -> list[str]:
    """Names of a room's modules that define one of these functions: the things, not their helpers."""
    found = []
    for path, tree in parsed("evenhand"):
        if path.parent.name == room and verbs & {getattr(node, "name", "") for node in tree.body}:
            found.append(name(path).removesuffix(".py").replace("/", "."))
    return found


SYSTEMS = modules_with("systems", {"fit", "score"})
USERS_OWN = "evenhand.sources.own_table"  # whatever file somebody has: there is no publisher to speak of
SOURCES = [module for module in modules_with("sources", {"tidy"}) if module != USERS_OWN]


@pytest.mark.parametrize("module", SYSTEMS)
def test_every_system_has_a_card(module):
    from evenhand.systems.card import Card

    card = importlib.import_module(module).CARD
    assert isinstance(card, Card)
    if card.slug != "ssl":  # a module of that name would be taken for Python's own
        assert card.slug == module.rsplit(".", 1)[1].replace("_", "-")
    none_of([part for part in ("title", "learns_from", "columns", "flags", "horizon", "sources") if not getattr(card, part)], f"{module}: empty on its card.")
    none_of([r.setting for r in card.readings if r.default not in r.choices], f"{module}: readings whose default is not among the choices.")
    none_of([r.setting for r in card.readings if not (r.question and r.because and r.changes)], f"{module}: readings that do not say why, or what they change.")
    assert len(card.defaults) == len(card.readings), "two readings of one setting"


@pytest.mark.parametrize("module", SOURCES)
def test_every_source_has_a_card(module):
    from evenhand.sources.card import SourceCard

    source = importlib.import_module(module)
    cards = [value for value in vars(source).values() if isinstance(value, SourceCard)]
    assert cards, f"{module} has no card"
    for card in cards:
        parts = ("slug", "title", "publisher", "licence", "attribution", "table", "url", "care")
        none_of([f"{card.slug}: {part}" for part in parts if not getattr(card, part)], f"{module}: empty on its card.")
        importlib.import_module(f"evenhand.tables.{card.table}")


def test_there_is_something_to_check():
    assert SYSTEMS, "no system found"
    assert SOURCES, "no source found"
