"""What several commands say in the same way."""

from __future__ import annotations

from typing import Any

import click


def say_json(what: Any) -> None:
    """Print as JSON."""
    import json

    click.echo(json.dumps(what, indent=1, ensure_ascii=False))
