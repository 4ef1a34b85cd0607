"""What one offence weighs: two harm indices, as far as their figures are public, and the gaps in them.

The Cambridge Crime Harm Index (`cchi`) counts the days that guidelines set as the starting point for a first offender; the Crime
Severity Score of the Office for National Statistics (`css`) the days that courts give on average. Both publish a sheet with a figure
for every offence. Neither sheet ships: the first has no open licence, and of the second the copies we know have labels for few of their rows.
So many offences here have only the figure of the subgroup they are in, which may hold one day and 5,475 alike: kidnap weighs as
little as a threat. `gaps()` lists them, `gap=` moves them all to the lowest or highest of their subgroup, and `file=` takes your own.

Source: evenhand/systems/offences.csv, and SOURCES below for the words in its last columns.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..tables import offence_weights, offences
from ..tables.citation import Citation
from ..tables.errors import BadFile, BadSetting, BadValue
from ..tables.person_words import OFFENCES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SHIPPED = Path(__file__).with_name("offences.csv")
INDICES = ("cchi", "css", "mean", "max", "equal")
"""`mean` and `max`: of the two, offence by offence; `equal`: one day each."""
GAPS = ("median", "mean", "lowest", "highest")

_SHEET = "Cambridge Crime Harm Index, update of February 2026, its sheet of values as summarised by subgroup in a public repository, isthisben/cbl-realcrime"
_COPY = "Office for National Statistics, Crime Severity Score data tool, list of weights (Open Government Licence v3.0), from a third party's public copy"
SOURCES = {
    "cchi quoted": Citation("Starting-point days of the Cambridge Crime Harm Index, quoted in public for this offence"),
    "cchi quoted, older edition": Citation("The same, from an analyst's older table; the figure differs by edition"),
    "cchi whole subgroup": Citation(f"{_SHEET}; every offence of the subgroup has this figure"),
    "cchi subgroups": Citation(f"{_SHEET}; median of the subgroup, standing in for the offence", mark="guessed"),
    "cchi tells of none": Citation("No subgroup is told of; taken as miscellaneous crimes against society, an assumption of ours", mark="guessed"),
    "sentencing guideline": Citation("Starting point of four years in the sentencing guideline for a first offender, not re-read", mark="recalled"),
    "css quoted": Citation("Office for National Statistics (2016), Crime Severity Score, list of weights, quoted in public for this offence"),
    "css copy": Citation(f"{_COPY}; the row is told apart by its category"),
    "css two copies": Citation(f"{_COPY}; told apart by a second copy with labels, whose first 28 rows agree with it one by one"),
    "css violence rows": Citation(f"{_COPY}; median of the 18 rows between assault with injury and rape, without labels, standing in", mark="guessed"),
    "css sexual rows": Citation(f"{_COPY}; median of the 29 rows after rape, without labels, standing in", mark="guessed"),
    "css rape rows": Citation(f"{_COPY}; median of the 9 rows taken to be rape by their place and size", mark="guessed"),
    "css other rows": Citation(f"{_COPY}; median of the 36 rows of other crime, standing in", mark="guessed"),
    "css weapons rows": Citation(f"{_COPY}; median of the 7 rows of possession of weapons, standing in", mark="guessed"),
    "css vehicle rows": Citation(f"{_COPY}; median of the 8 rows of vehicle crime, standing in", mark="guessed"),
    "css public order rows": Citation(f"{_COPY}; median of the 8 rows of public order, standing in", mark="guessed"),
    "css damage rows": Citation(f"{_COPY}; median of the 9 rows of criminal damage, standing in", mark="guessed"),
    "css possession rows": Citation(f"{_COPY}; median of the 4 rows of possession of drugs, standing in", mark="guessed"),
    "css row by its rank": Citation(f"{_COPY}; the lowest row of other crime, since the press named soliciting the lowest but for cannabis", mark="guessed"),
    "css has none": Citation("The score weighs recorded crime, of which this is none; taken as the lowest row of public order, an assumption", mark="guessed"),
}


@lru_cache
def offence_table() -> pd.DataFrame:
    """The declared `offences` table that ships, in the order of OFFENCES."""
    import pandas as pd

    found = offences.TABLE.check(pd.read_csv(SHIPPED), where=SHIPPED.name)
    return found.set_index("offence").loc[list(OFFENCES)].reset_index()


def weights(index: str = "cchi", *, gap: str = "median", file: Path | None = None, needed: tuple[str, ...] = OFFENCES) -> NDArray[np.float64]:
    """What one offence of each kind weighs.

    Args:
        index: one of INDICES.
        gap: what stands in where only a subgroup's figures are known: one of GAPS.
        file: a CSV file of your own, as declared in tables/offence_weights.py, in place of what ships; then `gap` has nothing to do.
        needed: offences that must have a weight.

    Returns:
        Days, shape (offences,), in the order of person_words.OFFENCES; nan where your file says nothing of an offence that is not needed.

    Raises:
        BadSetting: no such index or gap, your file lacks an offence that is needed, or it mixes units.
        BadFile, BadTable: the file is not there, or not as declared.

    Example:
        >>> from evenhand.tables.record_rows import code
        >>> float(weights("cchi")[code("offence", "robbery")]), float(weights("css")[code("offence", "robbery")])
        (365.0, 746.0)

    Read with care:
        A subgroup's median stands in for most violence. What a list owes to that is seen by scoring it again with `lowest` and `highest`.

    Source: offences.csv; Sherman, Neyroud & Neyroud (2016), Policing 10(3); Office for National Statistics (2016), Crime Severity Score.
    """
    if index not in INDICES:
        raise BadSetting(f"There is no harm index '{index}'. Known: {', '.join(INDICES)}.")
    if gap not in GAPS:
        raise BadSetting(f"There is no '{gap}' of a subgroup. Known: {', '.join(GAPS)}.")
    if index == "equal":
        return np.ones(len(OFFENCES))
    names = offences.INDICES if index in ("mean", "max") else (index,)
    both = np.stack([_shipped(name, gap) for name in names]) if file is None else _from_file(Path(file), names, needed)
    return np.asarray(both.max(axis=0) if index == "max" else both.mean(axis=0))


def gaps(index: str | None = None) -> pd.DataFrame:
    """Which offences have no figure of their own, and how far the figures of their subgroup reach.

    Args:
        index: cchi or css; None for both.

    Returns:
        offence, index, is_of (subgroup or nobody), days (the figure that stands in), lowest_days, highest_days, mark, source; a row for each gap.

    Example:
        >>> found = gaps("cchi").set_index("offence").loc["kidnap"]
        >>> found.is_of, float(found.days), float(found.lowest_days), float(found.highest_days)
        ('subgroup', 10.0, 1.0, 5475.0)
    """
    import pandas as pd

    table, parts = offence_table(), ("is_of", "days", "lowest_days", "highest_days", "mark", "source")
    asked = offences.INDICES if index is None else (index,)
    if not set(asked) <= set(offences.INDICES):
        raise BadSetting(f"There is no harm index '{index}' with gaps. Known: {', '.join(offences.INDICES)}.")
    each = [table[["offence"]].assign(index=name, **{part: table[f"{name}_{part}"] for part in parts}) for name in asked]
    found = pd.concat(each, ignore_index=True)
    return found[found["is_of"] != "offence"].reset_index(drop=True)


def categories(scale: str) -> tuple[str, ...]:
    """The category of each offence in a prediction scale, in the order of OFFENCES.

    Args:
        scale: ogrs3 or ogrs4.

    Example:
        >>> categories("ogrs3")[OFFENCES.index("shoplifting")]
        'theft, non-motor'

    Read with care:
        The scales group offence codes; our words are fewer than those codes, so the grouping is a guess where a word could go two ways
        (aggravated burglary, harassment, drunkenness, firearms).
    """
    return tuple(str(one) for one in offence_table()[scale])


def _shipped(index: str, gap: str) -> NDArray[np.float64]:
    table = offence_table()
    days = table[f"{index}_days"]
    chosen = days if gap == "median" else table[f"{index}_{gap}_days"].fillna(days)
    return np.asarray(chosen, dtype=float)


def _from_file(path: Path, names: tuple[str, ...], needed: tuple[str, ...]) -> NDArray[np.float64]:
    import pandas as pd

    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as reason:
        raise BadFile(f"The file of harm weights '{path.name}' cannot be read: {reason}. Give a CSV file: {', '.join(offence_weights.TABLE.names)}.") from None
    table = offence_weights.TABLE.check(table, where=path.name)
    table = table[table["index"].isin(names)]
    if table["unit"].nunique() > 1:
        raise BadSetting(f"The file '{path.name}' gives weights in {', '.join(sorted(table['unit'].unique()))}, which cannot be set against each other.")
    given = table.pivot(index="index", columns="offence", values="weight").reindex(index=list(names), columns=list(OFFENCES)).to_numpy(dtype=float)
    if np.isinf(given).any():
        raise BadValue(f"The file '{path.name}' gives a weight that is no finite number. Write the figure of the index's sheet.")
    lacking = [offence for at, offence in enumerate(OFFENCES) if offence in needed and np.isnan(given[:, at]).any()]
    if lacking:
        raise BadSetting(f"The file '{path.name}' gives no weight ({', '.join(names)}) for {', '.join(lacking)}. Add them; a lack is never taken as zero.")
    return np.asarray(given)
