"""What the page of a person system says that others' pages do not: its run on made-up people, its choices, how to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..report.share_bars import share_bars

if TYPE_CHECKING:
    from types import ModuleType

    from ..systems.card import Card
    from .person_trials import PersonTrial

WHOLES = {
    "people": "of the people",
    "recorded": "of suspects on record",
    "true": "of true offences",
    "flagged": "of those flagged",
}
FEW = 10
"""Fewer flagged than this are told in words; their shares would be of nobody in particular."""


def picture_lines(card: Card, found: PersonTrial | None) -> list[str]:
    """Whom it flags among made-up people, or why it was not run."""
    if found is None:
        return ["It has not been run on made-up people yet, so nothing is measured here.", ""]
    if found.why_not:
        return [f"It could not be run on made-up people: {found.why_not}.", ""]
    if found.flagged < FEW:
        return [
            f"With its defaults it flags fewer than {FEW} of {found.people:,} [made-up people](../made-up-people.md) (scenario `{found.scenario}`): "
            "too few to say whom. The choices below still tell what can change that.",
            "",
        ]
    lines = [f"![Shares of each group among the people, suspects on record, true offences and those flagged]({card.slug}.svg)", ""] if found.shares else []
    return [
        *lines,
        f"With its defaults, among {found.people:,} [made-up people](../made-up-people.md) (scenario `{found.scenario}`, records up to {found.on}): "
        f"{found.scored:,} are spoken of and {found.flagged:,} flagged. Of those flagged {_percent(found.no_offence)} did nothing at all in the year after, "
        f"recorded or not, and {_percent(found.under_18)} are under 18. Nobody here exists; the figures hang on the scenario, and say nothing of a real force.",
        "",
    ]


def choice_lines(found: PersonTrial) -> str:
    """What the table of choices shows."""
    return (
        "Each choice by itself, all else at its default, among the same made-up people: the share of those flagged by default who are still flagged, and "
        "how many are flagged then. It tells which guesses can change who is listed; a study sweeps them all."
    )


def picture_of(card: Card, found: PersonTrial) -> str:
    """The bars of one trial, as an SVG file's text."""
    return share_bars(
        found.shares,
        WHOLES,
        title=f"{card.title}: whom it flags among made-up people",
        description="; ".join(
            f"{group}: {', '.join(f'{_percent(share)} {WHOLES[name]}' for name, share in shares.items())}" for group, shares in found.shares.items()
        ),
        notes=(f"{found.flagged:,} flagged of {found.people:,} made-up people, none of whom exists (scenario {found.scenario}).",),
    )


def in_python(module: ModuleType) -> list[str]:
    """Lines that make people up and score them; they run as they stand."""
    name = module.__name__.rsplit(".", 1)[1]
    return [
        "import datetime as dt",
        "from evenhand.people.made_up import make_people",
        "from evenhand.people.parameters import read_parameters",
        f"from evenhand.systems import {name}",
        "",
        'world = make_people(read_parameters("england-and-wales"), people=20_000, years=8, seed=1)',
        f"scores = {name}.score(world.book, on=dt.date(2023, 12, 31))  # one for each person, who does not exist",
        "listed = int(scores.is_flagged.sum())",
    ]


def in_a_study(card: Card) -> list[str]:
    """Lines to put into a study file."""
    reading = next((one for one in card.readings if any(choice != one.default for choice in one.choices)), None)
    lines = ["kind: people", "worlds:", "  here: {label: made-up people, scenario: england-and-wales, people: 100000}", "systems:", f"  - name: {card.slug}"]
    if reading is not None:
        choices = ", ".join(str(choice).lower() if isinstance(choice, bool) else str(choice) for choice in reading.choices if not isinstance(choice, tuple))
        lines += [f"    readings: {{{reading.setting}: [{choices}]}}  # left out: every reading of the card"] if choices else []
    return lines


def _percent(share: float) -> str:
    return f"{100 * share:.{0 if share >= 0.1 or share == 0 else 1}f} %"
