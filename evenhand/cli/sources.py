"""`evenhand sources`: show and fetch published data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..running import progress


@click.group()
def sources() -> None:
    """Show and fetch published data."""


@sources.command("list")
def sources_list() -> None:
    """List the published data sets that can be read."""
    from ..sources.detect import SOURCES

    for slug, module in SOURCES.items():
        click.echo(f"{slug:<24} {module.CARD.table:<15} {module.CARD.title}")


@sources.command("show")
@click.argument("slug")
def sources_show(slug: str) -> None:
    """Show a data set's card: publisher, licence, and how it misleads."""
    card = _source(slug).CARD
    click.echo(
        f"{card.title} ({card.slug})\npublisher: {card.publisher}\nlicence: {card.licence}\nsay: "
        f"{card.attribution}\nabout: {card.url}\ntable: {card.table}\n\n{card.care}"
    )


@sources.command("recognise")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def sources_recognise(files: tuple[Path, ...]) -> None:
    """Say which published data set FILES have the shape of."""
    from ..sources.detect import recognise

    card = recognise(list(files)).CARD
    click.echo(f"{card.slug}: {card.title}, read as the table {card.table}")


@sources.command("fetch")
@click.argument("slug")
@click.option("--into", "folder", type=click.Path(path_type=Path), default=Path("data"), show_default=True, help="Folder to put the files in.")
@click.option("--force", help="Police force as data.police.uk names it, such as essex (police.uk sources).")
@click.option("--months", help="Months, such as 2024-01:2024-03 (police.uk sources).")
@click.option("--authority", "authorities", multiple=True, help="Local authority code, such as E06000033; may be given several times (boundaries, lookup).")
def sources_fetch(slug: str, folder: Path, force: str | None, months: str | None, authorities: tuple[str, ...]) -> None:
    """Fetch a data set from its publisher; a broken download goes on where it stopped."""
    import inspect

    from ..study.new import span_of

    module = _source(slug)
    given: dict[str, Any] = {"force": force, "months": span_of(months) if months else None, "authorities": list(authorities) or None}
    wanted = inspect.signature(module.fetch).parameters
    for name, value in given.items():
        if value is not None and name not in wanted:
            raise click.UsageError(f"--{name.rstrip('s') if name == 'authorities' else name} is not for '{slug}'.")
        if value is None and name in wanted and wanted[name].default is inspect.Parameter.empty:
            raise click.UsageError(f"'{slug}' needs --{'authority' if name == 'authorities' else name}.")
    with progress(quiet=False) as tell:
        fetched = module.fetch(folder=folder, progress=_bytes_told(slug, tell), **{name: value for name, value in given.items() if value is not None})
    for path in fetched:
        click.echo(path)


def _bytes_told(slug: str, tell: Callable[[str, float], None]) -> Callable[[int, int | None], None]:
    def told(done: int, total: int | None) -> None:
        tell(f"fetching {slug}: {done / 1e6:,.1f} MB{f' of {total / 1e6:,.1f} MB' if total else ''}", done / total if total else 0.0)

    return told


def _source(slug: str) -> Any:
    from ..sources.detect import SOURCES
    from ..tables.errors import BadSetting

    found = SOURCES.get(slug.replace("_", "-"))
    if found is None:
        raise BadSetting(f"There is no source '{slug}'. Known: {', '.join(SOURCES)}.")
    return found
