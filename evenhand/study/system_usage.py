"""How to run a system, for its page: a few lines of Python on the made-up town, and the lines of a study file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .placing import GRID_SETTINGS

if TYPE_CHECKING:
    from types import ModuleType

    from ..systems.card import Card, Reading

FILES = {
    "features": "data/features.csv",
    "area_features": "data/area-features.csv",
    "police_activity": "data/police-activity.csv",
    "deprivation": "[data/deprivation.csv, data/deprivation-parts.csv]",
}
"""Tables of the made-up study that a system may need, beside the recorded crime, residents and areas that every study has."""


def how_to_use(module: ModuleType) -> list[str]:
    """Both ways, as lines of Markdown."""
    if module.CARD.kind == "person":
        from .person_page import in_a_study as studied
        from .person_page import in_python as written

        return ["In Python:", "", "```python", *written(module), "```", "", "In a study, `study.yml`:", "", "```yaml", *studied(module.CARD), "```"]
    return ["In Python:", "", "```python", *in_python(module), "```", "", "In a study, `study.yml`:", "", "```yaml", *in_a_study(module.CARD), "```"]


def in_python(module: ModuleType) -> list[str]:
    """Lines that fit the system to the made-up town and flag squares; they run as they stand."""
    card: Card = module.CARD
    name = module.__name__.rsplit(".", 1)[1]
    by_day = "day" in card.columns
    crime = "with_drawn_days(town.recorded_crime, seed=1)" if by_day else "town.recorded_crime"
    cell_m, k, rule = (card.defaults.get(setting, GRID_SETTINGS[setting]) for setting in ("cell_m", "k", "rule"))
    tables = "".join(f', {one.table}=town.tables["{one.table}"]' for one in card.also_reads if one.is_needed or one.table in FILES)
    return [
        "from evenhand.places.grid import make_grid",
        "from evenhand.study.system_trials import made_up_town",
        f"from evenhand.systems import {name}",
        *(["from evenhand.systems.drawn_days import with_drawn_days"] if by_day else []),
        "from evenhand.systems.flagging import flag",
        "",
        "town = made_up_town()  # areas, recorded crime of three months, and further tables",
        f"grid = make_grid(town.areas, cell_m={cell_m:g})",
        *([f"crime = {crime}  # a day of its month for each crime, by lot: police.uk publishes months only"] if by_day else []),
        f"model = {name}.fit({'crime' if by_day else crime}, grid, until=town.until{tables})",
        f"scores = {name}.score(model)  # one for each square of the grid",
        f"is_flagged = flag(scores, grid, k={k}{'' if rule == 'top-cells' else f', rule={rule!r}'})",
    ]


def in_a_study(card: Card) -> list[str]:
    """Lines to put into a study file: the system with a choice that is not its default, the tables it also reads, readings to vary."""
    lines = ["system:", f"  name: {card.slug}"]
    shown = _shown(card)
    if shown is not None:
        lines.append(f"  settings: {{{shown.setting}: {_yaml(_others(shown)[0])}}}  # left out: the default, {_yaml(shown.default)}")
    further = [one for one in card.also_reads if one.table in FILES]
    if further:
        lines += ["tables:  # beside those that every study has"]
        lines += [f"  {one.table}: {{path: {FILES[one.table]}, source: own}}{'' if one.is_needed else '  # may be left out'}" for one in further]
    if shown is not None:
        lines.append(f"readings: {{{shown.setting}: [{', '.join(_yaml(choice) for choice in shown.choices)}]}}  # left out: every reading of the card")
    return lines


def _shown(card: Card) -> Reading | None:
    """The first reading with a plain other choice, to serve as the example; the kinds of crime only where there is no other."""
    plain = [reading for reading in card.readings if _others(reading) and all(isinstance(choice, str | int | float) for choice in reading.choices)]
    return next((reading for reading in plain if reading.setting != "outcome"), plain[0] if plain else None)


def _others(reading: Reading) -> list[Any]:
    return [choice for choice in reading.choices if choice != reading.default]


def _yaml(choice: Any) -> str:
    if isinstance(choice, bool):
        return "true" if choice else "false"
    return f"{choice:g}" if isinstance(choice, float) else str(choice)
