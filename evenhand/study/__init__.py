"""The conductor: a declared study joins sources, places, systems, audits and the report.

Only this package and the command line touch the sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..tables.health import HealthReport
    from .result import Result

__all__ = ["check_study", "list_studies", "run_study"]


def list_studies() -> list[str]:
    """Slugs of the studies that ship.

    Example:
        >>> "bristol-harm-spots" in list_studies()
        True
    """
    from .shipped import shipped_studies

    return list(shipped_studies())


def check_study(slug_or_path: str | Path, *, tell: Callable[[str, float], None] | None = None) -> list[HealthReport]:
    """Read a study's declaration and tables, without running it.

    Args:
        slug_or_path: as for `run_study`.
        tell: is told what is being done and how much is done, 0 to 1.

    Returns:
        What is odd about each table.

    Raises:
        EvenhandError: what would stop a run.
    """
    from .declaration import read_study
    from .inputs import read_inputs
    from .run import require_fit
    from .shipped import find_study
    from .shown import prose
    from .trial import require_settings

    study = read_study(find_study(slug_or_path))
    require_settings(study)
    prose(study.folder)
    inputs = read_inputs(study, lambda what: (tell or _silent)(what, 0.5))
    require_fit(study, inputs)
    return list(inputs.health.values())


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
    import time

    from . import outputs, run
    from .declaration import read_study
    from .result import Result
    from .shipped import find_study

    began = time.perf_counter()
    study = read_study(find_study(slug_or_path))
    if out is not None:
        outputs.require_writable(out)
    contents = run.run(study, tell or _silent)
    result = Result(contents)
    if out is not None:
        (tell or _silent)("writing the report", 0.95)
        outputs.write(result, out, seconds=time.perf_counter() - began)
    return result


def _silent(what: str, share: float) -> None:
    """Say nothing."""
