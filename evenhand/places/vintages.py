"""Two censuses, two sets of area codes: crossed only through the lookup, never joined blindly.

LSOAs of 2011 and 2021 mostly share codes, which is the trap: joined code to code, most rows match
and the rest vanish. 12 % of Bristol's crimes of 2018-20 are lost that way.

Counts are added up where areas were split, and shared out by weight where they were merged.
Ranks and deciles are not added up: an area takes them from the area that most of its people come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..tables.errors import BadPlace, BadSetting, VintageMix

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

CODE_COLUMN = {"lsoa-2011": "lsoa11_code", "lsoa-2021": "lsoa21_code"}


@dataclass(frozen=True)
class Crossed:
    """A table carried to another vintage.

    Attributes:
        table: the values by the new codes.
        share_estimated: share of the people (or areas, where values are not counts) that had to be shared out by weight.
        areas_estimated: how many of the new areas that touches.
    """

    table: pd.DataFrame
    share_estimated: float
    areas_estimated: int


def require_codes(codes: Iterable[str], wanted: Iterable[str], *, table: str, vintage: str) -> None:
    """Raise unless every wanted area has its code in the table.

    Args:
        codes: area codes the table holds.
        wanted: area codes of the place.
        table: the table's name, for the message.
        vintage: vintage of the wanted codes.

    Raises:
        VintageMix: some or all are absent, so a join would lose areas without a word.

    Example:
        >>> require_codes(["E01", "E02"], ["E01"], table="residents", vintage="lsoa-2021")
    """
    held, needed = set(codes), list(dict.fromkeys(wanted))
    lost = [code for code in needed if code not in held]
    if not lost:
        return
    raise VintageMix(
        f"Table '{table}' has no rows for {len(lost):,} of the {len(needed):,} areas of this place ({100 * len(lost) / len(needed):.1f} %; first: {lost[0]}), "
        f"and a join would lose them without a word.\nThe areas carry codes of '{vintage}'. If the table carries codes of another census, "
        "give the lookup between the two (`lookup:` in the study file); if it was cut to another place, use the whole table."
    )


def cross_counts(counts: pd.DataFrame, lookup: pd.DataFrame, *, start: str, end: str, weights: pd.Series | None = None) -> Crossed:
    """Counts of people carried from one vintage to another; nobody is lost.

    Args:
        counts: index area code of `start`, one column per group; people.
        lookup: the declared `lookup` table.
        start, end: vintages, "lsoa-2011" or "lsoa-2021".
        weights: people (or ground) by area code of `end`, used where one area is shared out among several;
            equal parts where it is absent, or is absent for some of them.

    Returns:
        Counts by code of `end`, restricted to areas all of whose parts are counted; see `Crossed`.

    Raises:
        VintageMix: a code that the lookup does not know.

    Example:
        >>> import pandas as pd
        >>> lookup = pd.DataFrame({"lsoa11_code": ["A", "A", "B"], "lsoa21_code": ["A1", "A2", "B"], "change": ["S", "S", "U"]})
        >>> people = pd.DataFrame({"White": [10, 20, 5]}, index=["A1", "A2", "B"])
        >>> cross_counts(people, lookup, start="lsoa-2021", end="lsoa-2011").table["White"].to_dict()
        {'A': 30.0, 'B': 5.0}
    """
    pairs = _pairs(lookup, counts.index, start, end)
    pairs["weight"] = 1.0 if weights is None else weights.reindex(pairs["end"]).to_numpy(dtype=float)
    total = pairs.groupby("start")["weight"].transform("sum")
    several = pairs.groupby("start")["end"].transform("size")
    # A part whose weight is unknown weighs something: taking it as nothing would give its people to its neighbours.
    unknown = pairs["weight"].isna().groupby(pairs["start"]).transform("any")
    pairs["share"] = (pairs["weight"] / total).where((total > 0) & ~unknown, 1 / several)
    carried = counts.loc[pairs["start"]].mul(pairs["share"].to_numpy(), axis=0)
    carried.index = pairs["end"].to_numpy()
    shared_out = pairs["share"] < 1
    everybody = float(counts.loc[pairs["start"].unique()].to_numpy().sum())
    estimated = float(carried[shared_out.to_numpy()].to_numpy().sum())
    complete = _complete_ends(lookup, counts.index, start, end)
    table = carried.groupby(level=0).sum()
    table = table[table.index.isin(complete)].rename_axis("area_code")
    return Crossed(table, estimated / everybody if everybody else 0.0, int(pairs.loc[shared_out, "end"].nunique()))


def cross_values(values: pd.DataFrame, lookup: pd.DataFrame, *, start: str, end: str, people: pd.Series | None = None) -> Crossed:
    """Ranks, deciles and scores carried to another vintage: taken from the part with most people, never added up.

    Args:
        values: index area code of `start`.
        lookup: the declared `lookup` table.
        start, end: vintages.
        people: people by area code of `start`, to tell the largest part; the first by code where it is absent.
    """
    pairs = _pairs(lookup, values.index, start, end)
    pairs["people"] = 1.0 if people is None else people.reindex(pairs["start"]).fillna(0.0).to_numpy()
    chosen = pairs.sort_values(["end", "people", "start"], ascending=[True, False, True]).drop_duplicates("end")
    table = values.loc[chosen["start"]].copy()
    table.index = chosen["end"].to_numpy()
    several = int((pairs.groupby("end").size() > 1).sum())
    return Crossed(table.rename_axis("area_code"), several / len(table) if len(table) else 0.0, several)


def _pairs(lookup: pd.DataFrame, codes: pd.Index, start: str, end: str) -> pd.DataFrame:
    """Pairs of old and new code for the codes given; every code must be known."""
    if start not in CODE_COLUMN or end not in CODE_COLUMN or start == end:
        raise BadSetting(f"There is no lookup from '{start}' to '{end}'. The lookup joins lsoa-2011 and lsoa-2021.")
    pairs = lookup[[CODE_COLUMN[start], CODE_COLUMN[end]]].set_axis(["start", "end"], axis=1).astype(str)
    unknown = codes[~codes.isin(pairs["start"])]
    if len(unknown):
        raise VintageMix(
            f"{len(unknown):,} area codes are not in the lookup's column '{CODE_COLUMN[start]}' (first: "
            f"{unknown[0]}). Are they of another vintage, or was the lookup cut to another place?"
        )
    return pairs[pairs["start"].isin(codes)].drop_duplicates().reset_index(drop=True)


def _complete_ends(lookup: pd.DataFrame, codes: pd.Index, start: str, end: str) -> set[str]:
    """New areas all of whose old parts are among the codes: the rest would be counted in part only."""
    if lookup[[CODE_COLUMN[start], CODE_COLUMN[end]]].isna().to_numpy().any():
        raise BadPlace("The lookup has rows without a code on one side, so areas cannot be crossed safely. Fetch it again.")
    known = lookup[CODE_COLUMN[start]].isin(codes)
    return set(lookup[CODE_COLUMN[end]]) - set(lookup.loc[~known, CODE_COLUMN[end]])
