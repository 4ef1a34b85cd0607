"""`evenhand systems`: the police systems that are rebuilt here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .say import say_json, say_wrapped

if TYPE_CHECKING:
    from ..systems.card import Card, Reading

MARKS = {
    "guessed": "guessed, the choice is ours",
    "recalled": "recalled from the literature, not re-read",
    "known": "the default is published, the alternatives are ours",
}
FIDELITY = "exact: the published method, all of it. close: the method, some settings assumed. shape: the idea only. `evenhand systems show SLUG` says more."


@click.group()
def systems() -> None:
    """Show the police systems that are rebuilt here."""


@systems.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def systems_list(*, as_json: bool) -> None:
    """List the rebuilt systems and how faithful each is."""
    from ..systems.catalogue import systems as all_systems

    cards = [module.CARD for module in all_systems().values()]
    if as_json:
        say_json([_in_short(card) for card in cards])
        return
    widest = max(len(card.slug) for card in cards)
    for card in sorted(cards, key=lambda card: card.kind, reverse=True):  # those that score places first
        say_wrapped(f"{card.title}. It {_also(card)}{_guesses(card)}.", label=f"{card.slug:<{widest}} {card.fidelity:<6} ")
    click.echo("")
    say_wrapped(FIDELITY)


@systems.command("show")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print the whole card as JSON, for programs.")
def systems_show(slug: str, *, as_json: bool) -> None:
    """Show a system's card: what it stands for, what is known of it, and every assumption in it."""
    import dataclasses

    from ..systems.catalogue import system_named

    card: Card = system_named(slug).CARD
    if as_json:
        say_json(dataclasses.asdict(card))
        return
    click.echo(f"{card.title} ({card.slug})\n")
    for label, text in (("stands for", ", ".join(card.operators) or "no operator"), ("learns from", card.learns_from), ("flags", card.flags),
                        ("looks ahead", card.horizon), ("fidelity", card.fidelity)):  # fmt: skip
        say_wrapped(text, label=f"{label:<13}")
    _say_reads(card)
    _say_list("What is known", card.known)
    _say_readings(card)
    _say_list("What is not rebuilt", card.not_rebuilt)
    _say_list("Sources", tuple(f"{one.text} {one.doi or one.url}".strip() + ("" if one.mark == "known" else f" ({one.mark})") for one in card.sources))


def _say_reads(card: Card) -> None:
    click.echo("\nWhat it reads")
    say_wrapped(f"{'recorded_crime' if card.kind == 'place' else 'person_records'}: {', '.join(card.columns)}", label="  - ")
    for one in card.also_reads:
        say_wrapped(f"{one.table}{'' if one.is_needed else ', which may be left out'}: {', '.join(one.columns)}. {one.says}", label="  - ")


def _say_readings(card: Card) -> None:
    click.echo("\nReadings: what is not public, or could be read otherwise")
    for reading in card.readings:
        click.echo(f"\n  {reading.setting} = {_choice(reading, reading.default)}")
        say_wrapped(reading.question, label="    ")
        for label, text in (("mark", MARKS[reading.mark]), ("choices", "; ".join(_choice(reading, choice) for choice in reading.choices)),
                            ("because", reading.because), ("changes", reading.changes)):  # fmt: skip
            say_wrapped(text, label=f"    {label:<9}")


def _say_list(title: str, lines: tuple[str, ...]) -> None:
    if lines:
        click.echo(f"\n{title}")
        for line in lines:
            say_wrapped(line, label="  - ")


def _choice(reading: Reading, choice: Any) -> str:
    """A choice as it is written in a study file, with its unit."""
    text = ", ".join(map(str, choice)) if isinstance(choice, tuple) else str(choice)
    return f"{text or 'none'} {reading.unit}".strip()


def _also(card: Card) -> str:
    needed = [one.table for one in card.also_reads if one.is_needed]
    optional = [one.table for one in card.also_reads if not one.is_needed]
    first = "reads recorded crime" if card.kind == "place" else "scores people from records of them"
    parts = [first, *(f"needs {name}" for name in needed), *(f"may read {name}" for name in optional)]
    return ", ".join(parts)


def _guesses(card: Card) -> str:
    guessed = sum(reading.mark != "known" for reading in card.readings)
    return f"; {guessed} of its {len(card.readings)} readings {'is' if guessed == 1 else 'are'} guessed or recalled" if card.readings else ""


def _in_short(card: Card) -> dict[str, Any]:
    return {
        "slug": card.slug,
        "title": card.title,
        "kind": card.kind,
        "fidelity": card.fidelity,
        "operators": card.operators,
        "also_reads": {one.table: "needed" if one.is_needed else "optional" for one in card.also_reads},
        "readings": len(card.readings),
        "guessed_or_recalled": sum(reading.mark != "known" for reading in card.readings),
    }
