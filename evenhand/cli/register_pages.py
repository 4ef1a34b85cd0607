"""A system, a body, a contradiction as text at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .say import say_wrapped

if TYPE_CHECKING:
    from ..register.register import Register

Entry = dict[str, Any]


def say_system(found: Register, held: dict[str, list[Entry]], one: Entry) -> None:
    """All that the register holds of a system."""
    from ..register.gaps import gaps

    click.echo(f"{one['title']} ({one['id']})\n")
    say_wrapped(one["summary"])
    _line("also called", ", ".join(one["aliases"]))
    _line("rebuilt here", ", ".join(one["reconstruction"]))
    _uses(one)
    _by_property(found, held, one)
    _about(held, one["id"])
    lacking = [gap for gap in gaps(found, system=one["id"]) if gap.is_gap and gap.body is None]
    if lacking:
        click.echo("\nNot known")
        for gap in lacking:
            say_wrapped(f"{gap.title}: {gap.asks}", label="  * " if gap.is_minimum else "  - ")


def say_body(found: Register, held: dict[str, list[Entry]], one: Entry) -> None:
    """All that the register holds of a body."""
    click.echo(f"{one['title']} ({one['id']})\n")
    if one.get("summary"):
        say_wrapped(one["summary"])
    _line("also called", ", ".join(one["aliases"]))
    used = [use for use in held["uses"] if use["body"] == one["id"]]
    if used:
        click.echo("\nUses or used")
        for use in used:
            say_wrapped(f"{found.title(use['system'])}: {_steps(use['steps'])}", label="  - ")
    _by_property(found, held, one)
    answers = [answer for answer in held["answers"] if answer["body"] == one["id"]]
    if answers:
        click.echo("\nHow it answered requests")
        for answer in answers:
            doubted = "; other sources say otherwise" if answer["is_contradicted"] else ""
            say_wrapped(f"{found.title(answer['asked_by'])} asked: {answer['asks']} {answer['outcome']}{doubted}. {answer.get('says') or ''}", label="  - ")
            say_wrapped(_where(answer), label="    ")
    _about(held, one["id"])


def say_contradiction(one: Entry) -> None:
    """The sides of a contradiction, none preferred."""
    click.echo(f"{one['title']}  [{one['id']}, {one['status']}]")
    for side in one["sides"]:
        when = f", {side['said_on']}" if side.get("said_on") else ""
        say_wrapped(f"{side['said_by_title']}{when}: {side['says']} ({'; '.join(where['short'] for where in side['evidence'])})", label="  - ")
    say_wrapped(one["summary"], label="  ")
    if one.get("explanation"):
        say_wrapped(one["explanation"], label="  Explained: ")
    say_wrapped(one["reply"], label="  Reply: ")
    click.echo("")


def _uses(one: Entry) -> None:
    used = [f"{use['title']}: {_steps(use['steps'])}" for use in one["operators"]]
    made = [f"{maker['title']} ({maker['role']}). {maker.get('says') or ''}".strip() for maker in one["makers"]]
    for title, rows in (("Used by", used), ("Made, sold, paid for or reviewed by", made)):
        if rows:
            click.echo(f"\n{title}")
            for row in rows:
                say_wrapped(row, label="  - ")


def _steps(steps: list[Entry]) -> str:
    return ", then ".join(step["state"].replace("-", " ") + (f" from {step['on']}" if step.get("on") else "") for step in steps)


def _by_property(found: Register, held: dict[str, list[Entry]], one: Entry) -> None:
    claims = [claim for claim in held["claims"] if claim["subject"] == one["id"]]
    for slug, asked in found.properties.items():
        _claims(asked.title, [claim for claim in claims if claim["property"] == slug])


def _claims(title: str, claims: Any) -> None:
    if claims:
        click.echo(f"\n{title}")
    for claim in claims:
        when = f", as of {claim['as_of']}" if claim.get("as_of") else ""
        say_wrapped(f"{claim['shown']} ({claim['said_by_title']} {claim['modality']}{when}; {_short(claim['evidence'])})", label="  - ")


def _about(held: dict[str, list[Entry]], slug: str) -> None:
    for kind, title in (("statistics", "Figures"), ("contradictions", "Contradictions"), ("refusals", "Refused or not given")):
        rows = [one for one in held[kind] if slug in one["about"] or slug == one.get("by")]
        if rows:
            click.echo(f"\n{title}")
            for one in rows:
                figures = f": {'; '.join(figure['says'] for figure in one['figures'])}" if kind == "statistics" else ""
                say_wrapped(f"{one['title']}{figures} ({_where(one) if one.get('evidence') else one['id']})", label="  - ")
    rows = [one for one in held["flows"] if slug in (one["from_system"], one["from_body"], one["to_system"], one["to_body"])]
    if rows:
        click.echo("\nWhat goes where")
        for one in rows:
            say_wrapped(f"{one['title']} ({_where(one)})", label="  - ")


def _where(one: Entry) -> str:
    return _short(one["evidence"])


def _short(evidence: list[Any]) -> str:
    return "; ".join(where if isinstance(where, str) else where["short"] for where in evidence)


def _line(label: str, text: str) -> None:
    if text:
        say_wrapped(text, label=f"{label:<13} ")
