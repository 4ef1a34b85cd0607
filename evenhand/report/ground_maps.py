"""Maps of flagged ground, in whatever shapes it comes, over who lives there and over deprivation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import maps
from .numbers import figure
from .picture import Picture
from .place_pictures import framed

if TYPE_CHECKING:
    from typing import Any

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

RAMPS = ("blue", "green")
"""Of the group asked about, and of the reference."""


def ground_maps(
    areas: gpd.GeoDataFrame,
    residents: pd.DataFrame,
    flagged_share: NDArray[np.float64],
    ground: Any,
    *,
    groups: tuple[str, str],
    decile: NDArray[np.int64] | None = None,
) -> list[Picture]:
    """One map for each of two groups, and one of deprivation where it is known.

    Args:
        areas: polygons, in the order of `residents`.
        residents: people by area and group.
        flagged_share: share of each area's ground flagged, shape (areas,).
        ground: the flagged ground as one shape; None where the flags are whole areas over several spans of months.
        groups: the group asked about, and the reference.
        decile: of deprivation, 1 the most deprived tenth, shape (areas,).
    """
    import pandas as pd

    base = maps.base_of(areas, areas.iloc[:0])
    shape = ground if ground is not None else areas.geometry[flagged_share > 0].union_all()
    spots = maps.Spots("system", "flagged ground", (base.path(shape),))
    everyone = residents.sum(axis=1).to_numpy(dtype=float)
    table = pd.DataFrame({"area_code": residents.index, "residents": everyone, "flagged_share": flagged_share})
    drawn = []
    for slug, group, ramp in zip(("ground-group", "ground-reference"), groups, RAMPS, strict=True):
        share = residents[group] / everyone
        values = tuple(figure(float(one), "share", like=0.1) if one == one else "nobody lives there" for one in share)
        what = f"Share of residents who are {group}"
        layer = _Layer(slug, f"Flagged ground over the share of residents who are {group}", what, maps.classes_of_shares(share), values, ramp)
        drawn.append(_map(base, spots, layer, table.assign(**{f"share_{group}": share.to_numpy()})))
    if decile is not None:
        tenths = pd.Series(decile)
        what, said = "Deprivation: tenths of all areas in England", tuple(f"decile {one}" for one in decile)
        layer = _Layer("ground-deprivation", "Flagged ground over deprivation", what, maps.classes_of_deciles(tenths), said, "purple")
        drawn.append(_map(base, spots, layer, table.assign(decile=decile)))
    return drawn


class _Layer:
    """One way to shade the areas."""

    def __init__(self, slug: str, title: str, what: str, classes: maps.Classes, values: tuple[str, ...], ramp: str) -> None:
        self.slug, self.title, self.what, self.classes, self.values, self.ramp = slug, title, what, classes, values, ramp


def _map(base: maps.Base, spots: maps.Spots, layer: _Layer, table: pd.DataFrame) -> Picture:
    summary = _by_class(layer, table)
    top = summary.iloc[-1] if layer.slug == "ground-deprivation" else summary.iloc[int(summary["residents_on_flagged_ground"].to_numpy().argmax())]
    said = f"{top['residents_on_flagged_ground']:,.0f} of the residents of flagged ground live in areas of the class “{top['class']}”."
    description = f"Map of {len(table):,} areas in {len(layer.classes.labels)} shades, with the flagged ground outlined. {said}"
    drawing = maps.choropleth(
        base, title=layer.title, description=description, slug=layer.slug, spots=(spots,), classes=layer.classes, values=layer.values, ramp=layer.ramp
    )
    counts = [layer.classes.of_area.count(number) for number in range(len(layer.classes.labels))]
    key = maps.legend(layer.classes, spots=(spots,), what=layer.what, ramp=layer.ramp, counts=counts)
    how = "A shade is of a whole area; within it people are taken to live evenly. It shows who lives there, not who is stopped there."
    return Picture(layer.slug, layer.title, description, framed(base, drawing, key), table, how_to_read=how, summary=summary)


def _by_class(layer: _Layer, table: pd.DataFrame) -> pd.DataFrame:
    """Each class with its areas, its residents, and how many of them live on flagged ground."""
    import pandas as pd

    rows = []
    there = table["residents"] * table["flagged_share"]
    index = pd.Series(layer.classes.of_area)
    for number, label in [*enumerate(layer.classes.labels), (-1, "not known")]:
        chosen = (index == number).to_numpy()
        if number >= 0 or chosen.any():
            rows.append(
                {
                    "class": label,
                    "areas": int(chosen.sum()),
                    "residents": float(table.loc[chosen, "residents"].sum()),
                    "residents_on_flagged_ground": float(there[chosen].sum()),
                }
            )
    return pd.DataFrame(rows)
