"""`evenhand publish`: the public site, as files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ..running import progress
from .register_records import read_records, records_option


@click.command("publish")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/site"), show_default=True, help="Folder for the site.")
@records_option
@click.option("--base", default="/", show_default=True, metavar="PATH", help="Path under which it will be served; only the page for wrong addresses needs it.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Day whose law the redress pages show; today unless given.")
@click.option("--no-search", is_flag=True, help="Leave out the search index.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def publish(*, out: Path, records: Path | None, base: str, day: datetime | None, no_search: bool, quiet: bool) -> None:
    """Write the public site: plain files that any web server or disk can carry, readable without scripts.

    To look at it:  python -m http.server --directory out/site
    """
    from ..register.history import changes, revision_of
    from ..register.reading import shipped_records
    from ..web.publish import publish as written

    with progress(quiet) as tell:
        tell("reading the records", 0.0)
        found = read_records(records, must_be_sound=True)
        home = (records or shipped_records()).resolve().parent
        today = day.date() if day else None
        done = written(found, out, revision=revision_of(home), changes=changes(home), base=base, with_search=not no_search, today=today, tell=tell)
    name, size = done.largest
    click.echo(f"Written: {done.pages:,} pages, {done.files:,} files in {done.folder}.\nThe heaviest page, the map aside: {name}, {size / 1000:.0f} kB.")
