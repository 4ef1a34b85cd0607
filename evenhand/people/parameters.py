"""The parameters made-up people are made from: every one a value with its source and how well it is known.

A scenario is a file that gives every parameter, or one that names a `base` and gives what differs from it. A parameter is written
`{value: …, source: …, mark: known|recalled|guessed, says: one line}`; which there are stands in parameter_list.py.

Steps, in order:  read_parameters -> written (parameter_reading.py) -> Parameters -> changed
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ..tables.errors import BadFile, BadSetting
from .parameter_list import SECTIONS, Values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .parameter_list import Gangs, Intelligence, Justice, Markers, Naming, Offending, Population, Probation, Reporting, Stops, Victims, Young

Mark = Literal["known", "recalled", "guessed"]
SHIPPED = files("evenhand.people") / "scenarios"


class Note(BaseModel):
    """Where a parameter's value comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: str
    mark: Mark
    says: str = ""


@dataclass(frozen=True)
class Parameters:
    """A scenario.

    Attributes:
        slug, title, says: what it is called, and a sentence on it.
        values: the values by section, checked.
        notes: "section.name" -> source, mark and a line on it.
        overrides: names that differ from the base; empty for a base.
    """

    slug: str
    title: str
    says: str
    values: Values
    notes: dict[str, Note]
    overrides: tuple[str, ...] = ()

    @property
    def population(self) -> Population:
        """Who there is."""
        return self.values.population

    @property
    def offending(self) -> Offending:
        """Who does what, and when in life."""
        return self.values.offending

    @property
    def gangs(self) -> Gangs:
        """Groups of young people whose violence goes together."""
        return self.values.gangs

    @property
    def victims(self) -> Victims:
        """To whom it is done."""
        return self.values.victims

    @property
    def reporting(self) -> Reporting:
        """What is told to the police and recorded by them."""
        return self.values.reporting

    @property
    def naming(self) -> Naming:
        """Who is put down as a suspect, rightly or wrongly."""
        return self.values.naming

    @property
    def justice(self) -> Justice:
        """What becomes of a suspect."""
        return self.values.justice

    @property
    def stops(self) -> Stops:
        """Who is stopped and searched, and what is found."""
        return self.values.stops

    @property
    def intelligence(self) -> Intelligence:
        """What is told about whom, and how far it is true."""
        return self.values.intelligence

    @property
    def markers(self) -> Markers:
        """Warning signals."""
        return self.values.markers

    @property
    def probation(self) -> Probation:
        """What probation officers judge."""
        return self.values.probation

    @property
    def young(self) -> Young:
        """What happens to children."""
        return self.values.young

    def changed(self, changes: Mapping[str, Any]) -> Parameters:
        """The same with other values.

        Args:
            changes: name ("stops.per_1000", or "per_1000" where only one section has it) -> value. A table takes some of its
                keys and keeps the others; a single number stands for every key of a table of numbers.

        Raises:
            BadSetting: no such parameter, or a value out of range.

        Example:
            >>> parameters = read_parameters("england-and-wales").changed({"offending.by_group": 1.0})
            >>> set(parameters.offending.by_group.values()), parameters.notes["offending.by_group"].mark
            ({1.0}, 'guessed')
        """
        from .parameter_reading import mistakes_of, near, one_name

        names = {given: one_name(given) for given in changes}
        strangers = [f"there is no parameter `{given}`{near(given)}" for given, name in names.items() if not name]
        if strangers:
            raise BadSetting(f"Scenario '{self.slug}' cannot be changed so: {'; '.join(strangers)}.")
        dumped = self.values.model_dump()
        for given, value in changes.items():
            section, name = names[given].split(".")
            dumped[section][name] = _mixed(dumped[section][name], value)
        try:
            values = Values.model_validate(dumped)
        except ValidationError as wrong:
            raise BadSetting(f"Scenario '{self.slug}' cannot be changed so: {'; '.join(mistakes_of(wrong))}.") from None
        note = Note(source="changed by the user", mark="guessed", says="")
        notes = {**self.notes, **{name: note.model_copy(update={"says": self.notes[name].says}) for name in names.values()}}
        return replace(self, values=values, notes=notes, overrides=tuple(sorted({*self.overrides, *names.values()})))


def _mixed(before: Any, given: Any) -> Any:
    """A changed value: a table keeps the keys that are not given, and one number stands for all of a table of numbers."""
    if isinstance(before, dict) and isinstance(given, dict):
        return {**before, **{key: _mixed(before.get(key), value) for key, value in given.items()}}
    if isinstance(before, dict) and isinstance(given, int | float) and not isinstance(given, bool):
        return {key: _mixed(value, given) for key, value in before.items()}
    return given


def scenario_slugs() -> tuple[str, ...]:
    """The scenarios that ship, in order.

    Example:
        >>> "england-and-wales" in scenario_slugs()
        True
    """
    return tuple(sorted(one.name.removesuffix(".yml") for one in SHIPPED.iterdir() if one.name.endswith(".yml")))


def read_parameters(scenario: str | Path) -> Parameters:
    """The parameters of a scenario.

    Args:
        scenario: slug of one that ships, or the path of a file.

    Raises:
        BadFile: it cannot be read, or holds mistakes; one message lists them all.
        BadSetting: no scenario is called so.

    Example:
        >>> read_parameters("england-and-wales").title
        'England and Wales'
    """
    from .parameter_reading import near_to, written

    path = Path(scenario)
    if isinstance(scenario, Path) or path.suffix in (".yml", ".yaml"):
        return _of(path.stem, written(path), path)
    if scenario not in scenario_slugs():
        raise BadSetting(
            f"There is no scenario '{scenario}'{near_to(scenario, scenario_slugs())}. Known: {', '.join(scenario_slugs())}; or give a file's path."
        )
    return _shipped(scenario)


def _shipped(slug: str) -> Parameters:
    from .parameter_reading import written

    path = Path(str(SHIPPED / f"{slug}.yml"))
    return _of(slug, written(path), path)


def _of(slug: str, given: dict[str, Any], path: Path) -> Parameters:
    """Parameters from what a file holds."""
    from .parameter_reading import mistakes_of, sorted_out

    base_slug = given.get("base")
    if base_slug is not None and base_slug not in scenario_slugs():
        raise BadFile(f"{path}: its `base: {base_slug}` is none of the scenarios that ship: {', '.join(scenario_slugs())}.")
    base = _shipped(base_slug) if base_slug else None
    values, notes, mistakes = sorted_out(given)
    every = {section: {**(base.values.model_dump()[section] if base else {}), **values.get(section, {})} for section in SECTIONS}
    try:
        checked = Values.model_validate(every)
    except ValidationError as wrong:
        mistakes += mistakes_of(wrong)
    if mistakes:
        raise BadFile(f"{path} holds {len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}:\n" + "\n".join(f"  {one}" for one in mistakes))
    overrides = tuple(sorted({*base.overrides, *notes})) if base else ()
    return Parameters(slug, str(given.get("title") or slug), str(given.get("says") or ""), checked, {**(base.notes if base else {}), **notes}, overrides)
