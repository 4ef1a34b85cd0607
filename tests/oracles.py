"""Published files that may not be shipped, where somebody has them: found, and told of at the end of a run.

A test marked `@pytest.mark.oracle("compas")` needs such files. They are looked for in the folder
that EVENHAND_ORACLES names, and in the `data` folder of every folder beside this repository.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.house.tree import ROOT

HOW_TO_GET = {
    "compas": "evenhand sources fetch compas --into FOLDER/compas",
    "lum_isaac_oakland": "evenhand sources fetch lum-isaac --into FOLDER/lum_isaac_oakland",
    "markup_predpol": "evenhand sources fetch markup-predpol --into FOLDER/markup_predpol",
    "uruguay_amphibians": (
        "put Amphibia_UY25_OK.csv and Grid_UY_25_XY.csv of github bienflorencia/rBiodiversidata, folder Hotspots Tetrapods, into FOLDER/uruguay_amphibians"
    ),
}


def oracle_files(name: str) -> Path | None:
    """The folder of a published data set, or None where nobody has put one."""
    named = os.environ.get("EVENHAND_ORACLES")
    places = ([Path(named)] if named else []) + [beside / "data" for beside in sorted(ROOT.parent.iterdir()) if beside.is_dir() and beside != ROOT]
    return next((place / name for place in places if (place / name).is_dir()), None)


def needed(name: str) -> Path:
    """The same, for a test that runs only where it is there."""
    folder = oracle_files(name)
    assert folder is not None, f"the test needs the marker oracle({name!r})"
    return folder
