"""Questions put to the register at a terminal: who uses what, who contradicts whom, what is not known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .register_records import json_option, read_records, records_option
from .say import say_json, say_wrapped

if TYPE_CHECKING:
    from ..register.register import Register

STATE_WORDS = {
    "known": "known",
    "denied": "denied",
    "withheld": "refused",
    "not-held": "said to hold nothing",
    "not-asked": "nobody is known to have asked",
    "unknown": "not known",
}


@click.command("list")
@click.option("--kind", help="Only systems of a kind: place, person, database, platform …")
@records_option
@json_option
def list_systems(*, kind: str | None, records: Path | None, as_json: bool) -> None:
    """List the systems: what each is, and who uses it."""
    from ..register.flat import entries
    from ..register.subjects import SYSTEM_KINDS
    from ..tables.errors import BadSetting

    if kind is not None and kind not in SYSTEM_KINDS:
        raise BadSetting(f"There is no kind of system '{kind}'. Choose one of {', '.join(SYSTEM_KINDS)}.")
    found = [one for one in entries(read_records(records))["systems"] if kind in (None, one["kind"], *one["also"])]
    if as_json:
        say_json(found)
        return
    for one in found:
        users = ", ".join(used["title"] for used in one["operators"]) or "no user on record"
        say_wrapped(f"{one['title']} ({users})", label=f"{one['id']:<38} {one['kind']:<13} ")
    click.echo(f"\n{len(found)} systems. `evenhand register show SLUG` tells all of one.")


@click.command("search")
@click.argument("text", nargs=-1, required=True)
@click.option("--built", type=click.Path(path_type=Path, exists=True), help="A register.sqlite, or the folder of `register build`, to search in.")
@click.option("--most", type=click.IntRange(1, 500), default=20, show_default=True, help="At most so many results.")
@records_option
@json_option
def search(*, text: tuple[str, ...], built: Path | None, most: int, records: Path | None, as_json: bool) -> None:
    """Search everything the register holds for words."""
    import dataclasses

    from ..register.searching import open_index
    from ..register.searching import search as find

    database = (built / "register.sqlite" if built.is_dir() else built) if built else open_index(read_records(records))
    hits = find(database, " ".join(text), limit=most)
    if as_json:
        say_json([dataclasses.asdict(hit) for hit in hits])
        return
    for hit in hits:
        click.echo(f"{hit.title}  [{hit.kind} {hit.id}]")
        say_wrapped(hit.snippet, label="    ")
    if not hits:
        click.echo("Nothing found. Fewer or other words may find more; a * at the end of a word finds its longer forms.")


@click.command("show")
@click.argument("slug")
@records_option
@json_option
def show(*, slug: str, records: Path | None, as_json: bool) -> None:
    """Show all that is known of a system, and what is not: who says so, and where it stands."""
    from ..register.flat import entries
    from .register_pages import say_system

    found = read_records(records)
    held = entries(found)
    one = _named(held["systems"], slug, "system", found)
    if as_json:
        say_json({**one, "records": _belonging(held, one["id"])})
    else:
        say_system(found, held, one)


@click.command("force")
@click.argument("slug")
@records_option
@json_option
def force(*, slug: str, records: Path | None, as_json: bool) -> None:
    """Show what a force or other body uses, makes or receives, what it said, and how it answered requests."""
    from ..register.flat import entries
    from .register_pages import say_body

    found = read_records(records)
    held = entries(found)
    one = _named(held["bodies"], slug, "body", found)
    if as_json:
        say_json({**one, "records": _belonging(held, one["id"])})
    else:
        say_body(found, held, one)


@click.command("contradictions")
@click.argument("slug", required=False)
@records_option
@json_option
def contradictions(*, slug: str | None, records: Path | None, as_json: bool) -> None:
    """List statements that cannot all be right: who said what, when, and where it stands. SLUG: those about a system or body."""
    from ..register.flat import entries
    from .register_pages import say_contradiction

    held = entries(read_records(records))["contradictions"]
    held = [one for one in held if slug is None or slug in one["about"] or any(side["said_by"] == slug for side in one["sides"])]
    if as_json:
        say_json(held)
        return
    for one in held:
        say_contradiction(one)
    click.echo(f"{len(held)} contradictions. The register does not say who is right.")


@click.command("flows")
@click.option("--from", "source", metavar="SLUG", help="Only what comes from this system or body.")
@click.option("--to", "target", metavar="SLUG", help="Only what goes to this system or body.")
@records_option
@json_option
def flows(*, source: str | None, target: str | None, records: Path | None, as_json: bool) -> None:
    """List who hands what to whom: outputs passed on, and data that systems are fed with."""
    from ..register.flat import entries

    held = entries(read_records(records))["flows"]
    held = [one for one in held if source in (None, one["from_system"], one["from_body"]) and target in (None, one["to_system"], one["to_body"])]
    if as_json:
        say_json(held)
        return
    for one in held:
        ends = [" at ".join(filter(None, (one[f"{end}_system_title"], one[f"{end}_body_title"]))) for end in ("from", "to")]
        click.echo(f"{ends[0]} → {ends[1]}{'  (possible, not said to be done)' if one['is_possible'] else ''}")
        say_wrapped(one["what"], label="    ")
        say_wrapped("; ".join(where["short"] for where in one["evidence"]), label="    ")
    click.echo(f"{len(held)} flows.")


@click.command("gaps")
@click.option("--system", metavar="SLUG", help="Only of this system.")
@click.option("--force", "body", metavar="SLUG", help="Only at this body.")
@click.option("--minimum", is_flag=True, help="Only the fields that every public register must hold.")
@records_option
@json_option
def gaps(*, system: str | None, body: str | None, minimum: bool, records: Path | None, as_json: bool) -> None:
    """List what is not known, by system and body, and who was asked."""
    import dataclasses

    from ..register.gaps import gaps as find
    from ..register.shown import short

    found = read_records(records)
    lacking = [one for one in find(found, system=system, body=body) if one.is_gap and (one.is_minimum or not minimum)]
    if as_json:
        say_json([{**dataclasses.asdict(one), "evidence": [short(found, where) for where in one.evidence]} for one in lacking])
        return
    last: Any = None
    for one in lacking:
        where = " at ".join(found.title(slug) for slug in (one.system, one.body) if slug)
        if where != last:
            click.echo(where if last is None else f"\n{where}")
            last = where
        asked = "".join(f"; asked by {found.title(who.by) if who.by else 'a private person'}{f', {who.on}' if who.on else ''}" for who in one.asked[:2])
        say_wrapped(f"{one.title}: {STATE_WORDS[one.state]}{asked}", label="  * " if one.is_minimum else "  - ")
    click.echo(f"\n{len(lacking)} gaps; * marks what every public register must hold. `evenhand register foi SYSTEM --force BODY` drafts a request for them.")


@click.command("timeline")
@click.argument("slug", required=False)
@records_option
@json_option
def timeline(*, slug: str | None, records: Path | None, as_json: bool) -> None:
    """List what happened when, oldest first. SLUG: to a system or body."""
    import dataclasses

    from ..register.dates import in_words
    from ..register.shown import short
    from ..register.timeline import timeline as find

    found = read_records(records)
    is_system = slug is not None and slug in found.systems
    if slug is not None and not is_system and slug not in found.bodies:
        _unknown(slug, "system or body", [*found.systems, *found.bodies])
    events = find(found, system=slug if is_system else None, body=None if is_system else slug)
    if as_json:
        say_json([{**dataclasses.asdict(one), "evidence": [short(found, where) for where in one.evidence]} for one in events])
        return
    for one in events:
        say_wrapped(one.says, label=f"{in_words(one.on):<24} ")


@click.command("compare")
@click.argument("one")
@click.argument("two")
@records_option
@json_option
def compare(*, one: str, two: str, records: Path | None, as_json: bool) -> None:
    """Lay two systems side by side, property by property."""
    from ..register.flat import entries

    found = read_records(records)
    held = entries(found)
    pair = [_named(held["systems"], slug, "system", found) for slug in (one, two)]
    said = {system["id"]: [claim for claim in held["claims"] if claim["subject"] == system["id"]] for system in pair}
    rows: list[dict[str, Any]] = [
        {"property": slug, "title": asked.title, **{key: [claim["shown"] for claim in claims if claim["property"] == slug] for key, claims in said.items()}}
        for slug, asked in found.properties.items()
    ]
    rows = [row for row in rows if any(row[key] for key in said)]
    if as_json:
        say_json(rows)
        return
    for row in rows:
        click.echo(f"\n{row['title']}")
        for system in pair:
            for shown in row[system["id"]] or ["nothing on record"]:
                say_wrapped(str(shown), label=f"  {system['title'][:28]:<28}  ")


@click.command("diff")
@click.argument("before")
@click.argument("after", default="HEAD")
@click.option("--repository", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path("."), help="The clone whose history is read.")
@json_option
def diff(*, before: str, after: str, repository: Path, as_json: bool) -> None:
    """Say what changed in the register between two revisions of its history."""
    import dataclasses

    from ..register.history import diff as find

    found = find(repository, before, after)
    if as_json:
        say_json([dataclasses.asdict(one) for one in found])
        return
    for one in found:
        click.echo(f"{one.change:<8} {one.kind:<15} {one.id}  {', '.join(one.fields)}".rstrip())
    click.echo(f"{len(found)} differences between {before} and {after}.")


questions = (list_systems, search, show, force, contradictions, flows, gaps, timeline, compare, diff)


def _named(held: list[dict[str, Any]], slug: str, what: str, found: Register) -> dict[str, Any]:
    """The entry of a slug, or of a title or alias that is one entry's only."""
    plain = slug.casefold()
    for one in held:
        if one["id"] == slug:
            return one
    called = [one for one in held if plain in (name.casefold() for name in (one["title"], *one["aliases"]))]
    if len(called) == 1:
        return called[0]
    _unknown(slug, what, [one["id"] for one in called or held])
    raise AssertionError(found)


def _unknown(slug: str, what: str, known: list[str]) -> None:
    import difflib

    from ..tables.errors import BadSetting

    near = difflib.get_close_matches(slug, known, n=5, cutoff=0.5) or [one for one in known if slug in one][:5]
    hint = f"Did you mean {', '.join(near)}?" if near else "`evenhand register search` finds it by its words."
    raise BadSetting(f"The register holds no {what} '{slug}'. {hint}")


def _belonging(held: dict[str, list[dict[str, Any]]], slug: str) -> dict[str, list[str]]:
    """Ids of the other records that speak of a system or body."""

    def speaks(one: dict[str, Any]) -> bool:
        return slug in one.get("about", ()) or slug in (one.get("by"), one.get("from_system"), one.get("from_body"), one.get("to_system"), one.get("to_body"))

    return {kind: [one["id"] for one in held[kind] if speaks(one)] for kind in ("statistics", "contradictions", "refusals", "flows")}
