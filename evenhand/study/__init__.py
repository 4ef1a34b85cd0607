"""The conductor: a declared study joins sources, places, systems, audits and the report.

Only this package and the command line touch the sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def check_study(slug_or_path: str | Path, *, data: str | Path | None = None, tell: Callable[[str, float], None] | None = None) -> list[HealthReport]:
    """Read a study's declaration and tables, without running it.

    Args:
        slug_or_path, data: as for `run_study`.
        tell: is told what is being done and how much is done, 0 to 1.

    Returns:
        What is odd about each table.

    Raises:
        EvenhandError: what would stop a run.
    """
    from .kinds import runner_of

    study = _read(slug_or_path, data)
    found: list[HealthReport] = runner_of(study.kind).check(study, tell or _silent)
    return found


def run_study(
    slug_or_path: str | Path, *, out: str | Path | None = None, data: str | Path | None = None, tell: Callable[[str, float], None] | None = None
) -> Result:
    """Run a study: one that ships, by its slug, or one of your own, by its folder.

    Args:
        slug_or_path: "southend-harm-spots", or the path of a folder with a study.yml.
        out: folder to write report.html, findings.json, tables, maps and manifest.json into; None writes nothing.
        data: folder of files that may not be passed on with the study, fetched with `evenhand sources fetch`.
        tell: is told what is being done and how much is done, 0 to 1.

    Returns:
        The result: `findings` as a frame, `figures` and `maps` that render in a notebook, `report` as HTML.

    Raises:
        EvenhandError: the declaration or a table does not fit, or `out` cannot be written; nothing is left half-written.
    """
    import time

    from . import outputs
    from .kinds import runner_of
    from .result import Result

    began = time.perf_counter()
    study = _read(slug_or_path, data)
    if out is not None:
        outputs.require_writable(out)
    result = Result(runner_of(study.kind).run(study, tell or _silent))
    if out is not None:
        (tell or _silent)("writing the report", 0.95)
        outputs.write(result, out, seconds=time.perf_counter() - began)
    return result


def _read(slug_or_path: str | Path, data: str | Path | None) -> Any:
    from pathlib import Path

    from .declaration import read_study
    from .shipped import find_study

    return read_study(find_study(slug_or_path), data=None if data is None else Path(data).expanduser())


def _silent(what: str, share: float) -> None:
    """Say nothing."""
