"""How the register's commands come by their records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..register.register import Register

records_option = click.option(
    "--records", type=click.Path(path_type=Path, file_okay=False), help="Folder of records to read instead of those that ship."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")


def read_records(folder: Path | None, *, must_be_sound: bool = False) -> Register:
    """The register of a folder of records.

    Args:
        folder: the records that ship, unless given.
        must_be_sound: refuse a folder with anything wrong in it; else what cannot be read is left out, and that is said.

    Raises:
        BadFile: there are no records there.
        BadTable: something is wrong, and nothing may be.
    """
    from ..register.reading import read_register
    from ..tables.errors import BadFile, BadTable

    found, problems = read_register(folder, workers=2 if must_be_sound else 1)
    if must_be_sound:
        from ..register.checks import check

        problems = sorted([*problems, *check(found)])
    wrong = [one for one in problems if one.level == "error"]
    if not found.systems and not found.bodies:
        raise BadFile(f"There are no records to read in {folder}. A folder of records holds systems/, bodies/, sources/ and properties.yml.")
    if wrong and must_be_sound:
        raise BadTable(f"The records have {len(wrong)} problems, the first in {wrong[0]}\n`evenhand register check` lists them all; mend them first.")
    if wrong:
        click.echo(f"{len(wrong)} things in the records could not be read and are left out; `evenhand register check` says which.", err=True)
    return found
