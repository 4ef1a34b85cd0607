"""What several commands say in the same way."""

from __future__ import annotations

from typing import Any

import click

WIDEST = 100
"""Lines longer than this are hard to read, however wide the terminal."""


def say_json(what: Any) -> None:
    """Print as JSON."""
    import json

    click.echo(json.dumps(what, indent=1, ensure_ascii=False))


def say_wrapped(text: str, *, label: str = "") -> None:
    """Print a text as wide as the terminal, its further lines below its first.

    Args:
        text: what to say; an address is never broken.
        label: what stands before the first line, and what the others are moved in by.
    """
    import shutil
    import textwrap

    width = max(min(shutil.get_terminal_size().columns, WIDEST), len(label) + 20)
    click.echo(textwrap.fill(text, width, initial_indent=label, subsequent_indent=" " * len(label), break_long_words=False, break_on_hyphens=False))
