"""Evenhand: the open, independent workbench that puts predictive policing to the test.

>>> import evenhand as eh
>>> "southend-harm-spots" in eh.list_studies()
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["EvenhandError", "__version__", "ask", "list_studies", "run_study"]

if TYPE_CHECKING:
    from .study import list_studies, run_study
    from .study.asking import ask_with as ask
    from .tables.errors import EvenhandError


def __getattr__(name: str) -> Any:
    """Import on first use, so that `import evenhand` costs nothing."""
    if name in ("run_study", "list_studies"):
        from . import study

        return getattr(study, name)
    if name == "ask":
        from .study.asking import ask_with

        return ask_with
    if name == "EvenhandError":
        from .tables.errors import EvenhandError

        return EvenhandError
    raise AttributeError(f"module 'evenhand' has no attribute {name!r}")
