"""The conductor: a declared study joins sources, places, systems, audits and the report.

Only this package and the command line touch the sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .result import Result

__all__ = ["list_studies", "run_study"]


def list_studies() -> list[str]:
    """Slugs of the studies that ship.

    Example:
        >>> "bristol-harm-spots" in list_studies()
        True
    """
    from .shipped import shipped_studies

    return list(shipped_studies())


def run_study(slug_or_path: str | Path, *, out: str | Path | None = None, tell: Callable[[str, float], None] | None = None) -> Result:
    """Run a study: one that ships, by its slug, or one of your own, by its folder.

    Args:
        slug_or_path: "southend-harm-spots", or the path of a folder with a study.yml.
        out: folder to write report.html, findings.json, tables, maps and manifest.json into; None writes nothing.
        tell: is told what is being done and how much is done, 0 to 1.

    Returns:
        The result: `findings` as a frame, `figures` and `maps` that render in a notebook, `report` as HTML.

    Raises:
        EvenhandError: the declaration or a table does not fit, or `out` cannot be written; nothing is left half-written.
    """
    from .declaration import read_study
    from .result import Result
    from .shipped import find_study

    def silent(what: str, share: float) -> None:
        """Say nothing."""

    import time

    from . import outputs, run

    began = time.perf_counter()
    study = read_study(find_study(slug_or_path))
    if out is not None:
        outputs.require_writable(out)
    contents = run.run(study, tell or silent)
    result = Result(contents)
    if out is not None:
        (tell or silent)("writing the report", 0.95)
        outputs.write(result, out, seconds=time.perf_counter() - began)
    return result
