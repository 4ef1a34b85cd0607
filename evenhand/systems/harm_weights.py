"""Harm weights by police.uk category: the sets that ship, and how a set is chosen.

Harm indices are made for offences; police.uk publishes 14 categories, most of them a mixture from
the trivial to the gravest. Every mapping from one to the other is a guess, so the sets are readings:

- `css-median` (default), `css-mean`: weights of the ONS Crime Severity Score, median and mean of the
  offences that make up a category, each offence once. The mean is pulled up by rare grave offences.
- `cchi-quoted`: days of the Cambridge Crime Harm Index for one named offence per category, as far as
  quoted in public. The index itself has no open licence and does not ship; give your own file instead.
- `equal`: no weighting.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..tables import harm_weights
from ..tables.errors import BadSetting

if TYPE_CHECKING:
    import pandas as pd

SHIPPED = Path(__file__).with_suffix(".csv")


@lru_cache
def weights_table(path: Path = SHIPPED) -> pd.DataFrame:
    """The declared `harm_weights` table from a CSV file."""
    import pandas as pd

    return harm_weights.TABLE.check(pd.read_csv(path), where=path.name)


@lru_cache
def weights_for(reading: str, crime_types: tuple[str, ...], *, path: Path = SHIPPED) -> pd.Series:
    """Weight of one recorded crime of each category, under one reading.

    Raises:
        BadSetting: no such reading, or it gives no weight for a category asked for. A lack is never taken as zero.

    Example:
        >>> weights_for("cchi-quoted", ("Robbery",)).to_dict()
        {'Robbery': 365.0}
    """
    table = weights_table(path)
    known = list(dict.fromkeys(table["reading"]))
    if reading not in known:
        raise BadSetting(f"There is no set of harm weights '{reading}'. Known: {', '.join(known)}.")
    weights = table[table["reading"] == reading].set_index("crime_type")["weight"]
    lacking = [kind for kind in crime_types if kind not in weights.index]
    if lacking:
        raise BadSetting(f"The harm weights '{reading}' say nothing of {', '.join(lacking)}. Choose another set or leave the category out.")
    return weights.loc[list(crime_types)].astype(float)
