"""Which days count as working days: rules in records/law/calendars, bank holidays in records/law/holidays.

A calendar says whose holidays it leaves out. Where that depends on a nation that is not known, the fewest
days are left out for the earliest date and the most for the latest.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ..register.words import Line, Slug, Strict, Text
from .law_parts import NATIONS, Checked, Day, Nation, Nations, ProvisionId, exact_day

if TYPE_CHECKING:
    from .law import Law

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WeekDay = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DayText = Annotated[str, AfterValidator(lambda text: exact_day(text).isoformat())]


class Holiday(Strict):
    """A bank or public holiday on a day from Monday to Friday."""

    name: Line = Field(description="What it is.")
    nations: Nations = Field(description="Where it is one.")


class HolidayList(Checked):
    """Bank holidays with where they come from: records/law/holidays/SLUG.yml."""

    title: Line = Field(description="What the list holds.")
    provenance: Text = Field(description="Where the days were taken from, and what they were checked against.")
    start: Day = Field(alias="from", description="First day the list speaks of.")
    to: Day = Field(description="Last day it speaks of.")
    known_to: Day = Field(description="Last day to which holidays have been announced; any date after it may change, and is said to.")
    days: dict[DayText, Holiday] = Field(description="The holidays, by day. Those that fall at a weekend are left out: nothing turns on them.")

    @model_validator(mode="after")
    def _is_within(self) -> HolidayList:
        outside = [day for day in self.days if not self.start.isoformat() <= day <= self.to.isoformat()]
        if outside:
            raise ValueError(f"{outside[0]} lies outside the days the list speaks of")
        return self


class Calendar(Checked):
    """A rule for what is a working day: records/law/calendars/SLUG.yml."""

    title: Line = Field(description="Whose working days these are.")
    says: Text = Field(description="What is not a working day, in plain words.")
    basis: tuple[ProvisionId, ...] = Field(min_length=1, description="Where the rule stands.")
    weekend: tuple[WeekDay, ...] = Field(description="Days of the week that never count.")
    holidays: Slug = Field(description="A file in records/law/holidays.")
    nations: tuple[Nation, ...] | Literal["addressee"] = Field(
        description="A holiday in any of these does not count; `addressee`: in the nation of the body that must answer."
    )


@dataclass(frozen=True)
class WorkingDays:
    """A calendar made ready for one place.

    Attributes:
        name: the calendar's slug.
        weekend: days of the week that never count, Monday being 0.
        holidays: day to name, of those left out.
        start: first day the list of holidays speaks of.
        known_to: last day to which holidays have been announced.
    """

    name: str
    weekend: frozenset[int]
    holidays: dict[str, Holiday]
    start: datetime.date
    known_to: datetime.date

    def why_not(self, day: datetime.date) -> str | None:
        """Why a day is no working day: the day of the week, or the holiday's name; nothing where it is one."""
        if day.weekday() in self.weekend:
            return WEEK[day.weekday()]
        holiday = self.holidays.get(day.isoformat())
        return holiday.name if holiday else None


def working_days(law: Law, calendar: str, nation: Nation | None) -> tuple[WorkingDays, ...]:
    """A calendar for the nation of the body that must answer; two, the fewest and the most days off, where that matters and is not known.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> for one in working_days(shipped_law(), "reg1182", None):
        ...     print(one.why_not(datetime.date(2026, 6, 15)))
        None
        Football World Cup holiday
    """
    rule = law.calendars[calendar]
    held = law.holidays[rule.holidays]
    weekend = frozenset(WEEK.index(day) for day in rule.weekend)

    def made(days: dict[str, Holiday]) -> WorkingDays:
        return WorkingDays(calendar, weekend, days, held.start, held.known_to)

    if rule.nations != "addressee" or nation:
        wanted = {nation} if rule.nations == "addressee" else set(rule.nations)
        return (made({day: holiday for day, holiday in held.days.items() if wanted & set(holiday.nations)}),)
    everywhere = {day: holiday for day, holiday in held.days.items() if set(holiday.nations) == set(NATIONS)}
    return made(everywhere), made(dict(held.days))
