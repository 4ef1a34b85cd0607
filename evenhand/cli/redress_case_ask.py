"""How the commands on cases ask for a passphrase and for a day, and open and change a case. A passphrase is never an argument, nor printed."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..redress.case import Case
    from ..redress.case_dates import Reckoned
    from ..redress.law import Law
    from ..redress.route_rules import Routes

PASSPHRASE = "EVENHAND_CASE_PASSPHRASE"
NEW_PASSPHRASE = "EVENHAND_CASE_NEW_PASSPHRASE"
file_argument = click.argument("file", type=click.Path(path_type=Path))
today_option = click.option("--today", metavar="DATE", help="Count from this day instead of today.")


def law_and_routes() -> tuple[Law, Routes]:
    """The law and the questions that ship."""
    from ..redress.law import shipped_law
    from ..redress.route_reading import shipped_routes

    return shipped_law(), shipped_routes()


def day_of(text: str | None, option: str) -> datetime.date:
    """A day as it was typed; today if there is none.

    Raises:
        BadSetting: it is no day.
    """
    from ..redress.law_parts import exact_day
    from ..tables.errors import BadSetting

    try:
        return exact_day(text) if text is not None else datetime.date.today()
    except ValueError as wrong:
        raise BadSetting(f"{option} {(text or '')[:40]!r}: {wrong}.") from None


def passphrase_of(file: Path) -> str:
    """The passphrase of a case: from the setting, or asked for without showing what is typed.

    Raises:
        BadSetting: it cannot be one, or there is no terminal to ask at.
    """
    from ..redress.case_passphrase import usable

    given = os.environ.get(PASSPHRASE)
    return usable(given if given is not None else _asked(f"Passphrase of {click.format_filename(file.name)}: "))


def new_passphrase_for(file: Path, *, setting: str = PASSPHRASE) -> str:
    """A new passphrase, asked for twice. One that is weak is taken, and said to be weak."""
    from ..redress.case_passphrase import usable, weakness
    from ..tables.errors import BadSetting

    given = os.environ.get(setting)
    if given is not None:
        passphrase = usable(given)
    else:
        click.echo("Choose a passphrase: five or six words that have nothing to do with each other. There is no way in without it.", err=True)
        passphrase = usable(_asked("New passphrase: "))
        if usable(_asked("The same again:  ")) != passphrase:
            raise BadSetting("The two are not the same. Nothing was changed.")
    why = weakness(passphrase, file.stem)
    if why:
        click.secho(f"This passphrase is weak: {why}. Whoever gets the file may guess it; `evenhand redress case passphrase` changes it.", err=True, bold=True)
    return passphrase


def _asked(prompt: str) -> str:
    """What is typed without being shown."""
    import getpass
    import warnings

    from ..tables.errors import BadSetting

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(prompt)
    except EOFError:
        raise click.Abort from None
    except getpass.GetPassWarning:
        raise BadSetting(
            f"There is no terminal here that could hide a passphrase. Run this at one, or set {PASSPHRASE}, which other programs of yours can read."
        ) from None


def opened_case(file: Path) -> Case:
    """A case, its passphrase asked for."""
    from ..redress.case_file import load, require_case

    require_case(file)
    return load(file, passphrase_of(file))


def changed_case(file: Path, how: Callable[[Case], Case], *, law: Law, routes: Routes, today: datetime.date) -> tuple[Case, Reckoned]:
    """Change a case, with its dates worked out anew and stored.

    Raises:
        BadSetting: after the change a date could not be worked out that could be before; nothing is written then.
    """
    from ..redress.case_dates import reckoned, with_dates
    from ..redress.case_file import change, require_case
    from ..tables.errors import BadSetting
    from .redress_case_say import say_moved

    require_case(file)
    passphrase = passphrase_of(file)
    held: list[Reckoned] = []

    def whole(case: Case) -> Case:
        before = reckoned(case, law=law, routes=routes, today=today)
        after = how(case)
        now = reckoned(after, law=law, routes=routes, today=today)
        fresh = [one for one in now.problems if one not in before.problems]
        if fresh:
            raise BadSetting(f"{fresh[0]} Nothing was changed.")
        held[:] = [before, now]
        return with_dates(after, now, today=today)

    case = change(file, passphrase, whole)
    say_moved(law, held[0])
    return case, held[1]
