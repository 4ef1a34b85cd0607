"""What holds for every command: progress on anything long, Ctrl-C heeded, and how the program ends.

Exit codes: 0 done; 1 a fault of ours; 2 something the user can mend; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


class Stop:
    """Whether somebody has pressed Ctrl-C. Libraries sometimes swallow the interruption, or pass it on as another error."""

    asked = False

    @classmethod
    def ask(cls, *_: object) -> None:
        """Note it, and interrupt what is being done."""
        cls.asked = True
        raise KeyboardInterrupt

    @classmethod
    def heed(cls) -> None:
        """Interrupt what is being done if it was asked for before and nobody listened."""
        if cls.asked:
            raise KeyboardInterrupt


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A bar on a terminal; a line for each new step elsewhere; nothing when quiet."""
    if quiet:
        yield lambda what, share: Stop.heed()
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), BarColumn(bar_width=24), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("starting", total=1.0)

            def drawn(what: str, share: float) -> None:
                Stop.heed()
                bar.update(task, description=what, completed=share)

            yield drawn
    else:
        last = [""]

        def line(what: str, share: float) -> None:
            Stop.heed()
            step = what.split(":")[0]
            if step != last[0]:
                click.echo(f"{step} …", err=True)
                last[0] = step

        yield line


def stopped(arguments: list[str] | None) -> None:
    """Leave with 130. As a program at once: the interpreter would end an interrupted program by the signal, whatever it was told."""
    import os

    click.echo("Stopped. Nothing was half-written.", err=True)
    if arguments is None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(130)
    sys.exit(130)


def leave(text: str, code: int) -> None:
    """Say one thing and end."""
    click.echo(text, err=True)
    sys.exit(code)


def fault() -> None:
    """A fault of ours: the traceback, and what to do with it."""
    import traceback

    traceback.print_exc()
    leave("\nThis is a fault in Evenhand, not in your files. Please report it with the lines above.", 1)
