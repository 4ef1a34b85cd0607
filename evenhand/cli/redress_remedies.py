"""`evenhand redress remedies`: which there are, and all that is known of one."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import click

from .say import say_json, say_wrapped

if TYPE_CHECKING:
    from ..redress.law import Law
    from ..redress.remedies import Remedy

NATIONS = ("england", "wales", "scotland", "northern-ireland")
on_option = click.option("--on", "day", metavar="DATE", help="As the law stood on this day: of the request, the decision or the event. Today unless given.")


@click.group()
def remedies() -> None:
    """List what a person may do, and show one remedy in full."""


@remedies.command("list")
@click.option("--nation", type=click.Choice(NATIONS), help="Only those that exist there.")
@on_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def remedies_list(*, nation: str | None, day: str | None, as_json: bool) -> None:
    """List the remedies of a day, first steps first."""
    from ..redress.law import shipped_law

    law = shipped_law().on(_on(day))
    found = {slug: remedy for slug, remedy in law.remedies.items() if nation in (None, *remedy.nations)}
    if as_json:
        say_json([{"id": slug, "title": one.title, "regime": one.regime, "nations": one.nations, "is_first_step": one.is_first_step,
                   "is_checked": one.is_checked} for slug, one in found.items()])  # fmt: skip
        return
    for heading, first in (("First steps", True), ("What follows", False)):
        click.secho(heading, bold=True)
        for slug, one in found.items():
            if one.is_first_step == first:
                say_wrapped(one.title, label=f"  {slug:<20}  ")
        click.echo()
    if not all(one.is_checked for one in found.values()):
        click.echo(f"{law.wording.unreviewed[0].upper()}{law.wording.unreviewed[1:]}. `evenhand redress remedies show ID` shows one with its clocks.")


@remedies.command("show")
@click.argument("remedy")
@on_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def remedies_show(*, remedy: str, day: str | None, as_json: bool) -> None:
    """Show all that is known of one remedy: who, of whom, by when, what to say, and what then."""
    from ..redress.law import shipped_law

    law = shipped_law()
    held = law.remedy(remedy, _on(day))
    if as_json:
        say_json(held.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True))
        return
    _say_remedy(law, held)


def _say_remedy(law: Law, one: Remedy) -> None:
    from .redress import say_rests_on

    click.secho(one.title, bold=True)
    say_wrapped(one.summary)
    click.echo()
    say_wrapped(", ".join(law.wording.nations[nation] for nation in one.nations) + ".", label="Where: ")
    say_wrapped(_who(one), label="Who: ")
    say_wrapped(one.addressed_to.says or f"the {one.addressed_to.role.replace('-', ' ')}.", label="To whom: ")
    say_wrapped(one.fee, label="Cost: ")
    if one.solicitor != "no":
        click.echo("See a solicitor first." if one.solicitor == "needed" else "Ask a solicitor or an advice centre.")
    _say_clocks(law, one)
    if one.must_contain:
        click.echo("\nWhat to say in it")
        for item in one.must_contain.values():
            say_wrapped(f"{item.says}{' (if you like)' if item.is_optional else ''}", label="  - ")
    for heading, steps in (("If refused", one.if_refused), ("If no answer comes", one.if_silent), ("At the same time", one.alongside), ("After it", one.then)):
        if steps:
            click.echo(f"\n{heading}")
            for slug in steps:
                say_wrapped(law.remedies[slug].title, label=f"  {slug:<20}  ")
    click.echo()
    say_wrapped(one.ends, label="Where it ends: ")
    for note in one.notes:
        say_wrapped(note, label="Note: ")
    every = tuple(dict.fromkeys([*one.verify, *(asked for clock in one.clocks.values() for asked in clock.verify)]))
    say_rests_on(law, one.basis, every, is_checked=one.is_checked)


def _say_clocks(law: Law, one: Remedy) -> None:
    if one.clocks:
        click.echo("\nClocks")
    for clock in one.clocks.values():
        length = f"{clock.period.n} {law.wording.units[clock.period.unit]}" if clock.period else clock.standard or ""
        more = f" and {clock.period.then_days} days" if clock.period and clock.period.then_days else ""
        where = f" ({', '.join(law.wording.nations[nation] for nation in clock.nations)})" if clock.nations else ""
        say_wrapped(f"{clock.title}{where}: {length}{more}, from {law.events[clock.starts[0]].title}.", label="  - ")
        if clock.label:
            say_wrapped(law.wording.labels[clock.label], label="    ")


def _who(one: Remedy) -> str:
    who = one.who
    kinds: list[tuple[bool, str]] = [
        (who.anyone, "anyone"),
        (who.person and not who.anyone, "the person it is about"),
        (who.agent and not who.anyone, "someone with their written authority"),
        (who.representative_body, "a not-for-profit body with their authority"),
        (who.designated_body, "a body on the official list"),
    ]
    text = ", or ".join(words for applies, words in kinds if applies)
    return f"{text}.{f' {who.says}' if who.says else ''}"


def _on(text: str | None) -> datetime.date:
    from ..redress.law_parts import exact_day
    from ..tables.errors import BadSetting

    try:
        found: Any = exact_day(text) if text else datetime.date.today()
    except ValueError as wrong:
        raise BadSetting(f"--on {str(text)[:40]!r}: {wrong}.") from None
    return found
