"""`evenhand systems`: the police systems that are rebuilt here."""

from __future__ import annotations

import click


@click.group()
def systems() -> None:
    """Show the police systems that are rebuilt here."""


@systems.command("list")
def systems_list() -> None:
    """List the rebuilt systems and how faithful each is."""
    from ..systems.catalogue import systems as all_systems

    for slug, module in all_systems().items():
        click.echo(f"{slug:<14} {module.CARD.kind:<7} {module.CARD.fidelity:<6} {module.CARD.title}")


@systems.command("show")
@click.argument("slug")
def systems_show(slug: str) -> None:
    """Show a system's card: what it stands for and every assumption in it."""
    from ..systems.catalogue import system_named

    card = system_named(slug).CARD
    click.echo(f"{card.title} ({card.slug})\nlearns from: {card.learns_from}\nflags: {card.flags}\nhorizon: {card.horizon}\nfidelity: {card.fidelity}")
    for reading in card.readings:
        choices = ", ".join(str(choice) for choice in reading.choices)
        click.echo(
            f"\n{reading.setting} = {reading.default} {reading.unit}\n  {reading.question}\n  "
            f"choices: {choices}\n  assumed because: {reading.because}\n  changes: {reading.changes}"
        )
    for lack in card.not_rebuilt:
        click.echo(f"\nnot rebuilt: {lack}")
    for source in card.sources:
        click.echo(f"\nsource ({source.mark}): {source.text} {source.doi}")
