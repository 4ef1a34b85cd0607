"""What a study's results were made with: everything it takes to run it again and get the same bytes."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from .. import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..report.contents import SourceUsed
    from .declaration import Declared

LIBRARIES = ("geopandas", "ibis-framework", "numpy", "pandas", "pyproj", "scikit-learn", "scipy", "shapely")
"""Whose versions may move a last digit, beside the engine's."""


def made_with(study: Declared, sources: Iterable[SourceUsed], **ran_with: Any) -> dict[str, Any]:
    """The run's record; the conductor adds the duration.

    Args:
        study: the declaration.
        sources: the files read.
        ran_with: what else the run rests on, such as `settings`.
    """
    from ..tables.engine import LIBRARY

    return {
        "study": study.slug,
        "evenhand": __version__,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in sorted({LIBRARY, *LIBRARIES})},
        "seed": study.seed,
        "replicates": study.replicates,
        **ran_with,
        "inputs": [{"table": used.table, "files": list(used.files), "sha256": list(used.sha256), "rows": used.rows} for used in sources],
        "declaration": study.model_dump(mode="json"),
    }
