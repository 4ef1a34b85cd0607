"""One map as an SVG file of its own: the squares two systems flag, over plain areas, with its key inside.

For pages that are not our own reports, where no style sheet and no HTML beside the map can be counted on. Drawn by maps.py;
the colours are the report's, light and dark.

Steps, in order:  base_of -> spots_of (both, the one, the other) -> choropleth -> square_map
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from . import maps

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

MAP_PX, KEY_PX, GAP_PX, LINE_PX = 520, 246, 24, 26
STYLE = """
svg { --paper: #ffffff; --ink: #1b2026; --soft: #4e5863; --land: #eceeeb; --outline: #8f9993; --casing: #ffffff; --spot: #c2350a; --spot-base: #14507d; }
@media (prefers-color-scheme: dark) { svg {
  --paper: #14181c; --ink: #e8ebed; --soft: #adb7bf; --land: #2a3136; --outline: #6d7780; --casing: #0c0f12; --spot: #ffab4d; --spot-base: #9fd0ff; } }
.paper { fill: var(--paper); }
.map path, .key path { vector-effect: non-scaling-stroke; }
.areas path { fill: var(--land); stroke: var(--outline); stroke-width: .5; }
.casing path { fill: none; stroke: var(--casing); stroke-width: 3; }
.spots path { fill: none; stroke: var(--spot); stroke-width: 1.8; }
.spots.system path { fill: var(--spot); fill-opacity: .18; }
.spots.baseline path { stroke: var(--spot-base); stroke-dasharray: 3 1.6; }
.spots.both path { fill: var(--spot); stroke: var(--ink); stroke-width: 1; }
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; fill: var(--ink); }
text.soft { fill: var(--soft); font-size: 12px; }
.bar { fill: none; stroke: var(--soft); stroke-width: 1.5; }
"""


def square_map(
    areas: gpd.GeoDataFrame, squares: gpd.GeoSeries, others: gpd.GeoSeries, *, title: str, description: str, names: tuple[str, str], notes: Sequence[str] = ()
) -> str:
    """The SVG file's text.

    Args:
        areas: the declared table, EPSG:27700.
        squares: flagged by the one; others: by the other. The same grid, so that a square flagged by both is the same shape.
        title, description: for those who do not see it.
        names: what the two are called in the key.
        notes: short lines below the key.

    Example:
        >>> import geopandas as gpd, shapely
        >>> town = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 300, 300)], crs="EPSG:27700")
        >>> one = gpd.GeoSeries([shapely.box(0, 0, 150, 150)], crs="EPSG:27700")
        >>> drawn = square_map(town, one, one, title="A town", description="One square.", names=("this", "that"))
        >>> drawn.startswith("<svg") and "both (1)" in drawn and "this only (0)" in drawn
        True
    """
    base = maps.base_of(areas, _flagged(squares, others))
    spots = _spots(base, squares, others, names)
    height = round(MAP_PX * base.height / base.width)
    drawn = maps.choropleth(base, title=title, description=description, slug="map", spots=spots)
    placed = drawn.replace(Markup('<svg class="'), Markup('<svg width="{}" height="{}" class="').format(MAP_PX, height), 1)
    parts = [
        Markup('<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img">').format(MAP_PX + GAP_PX + KEY_PX, height),
        Markup("<title>{}</title><style>{}</style>").format(title, Markup(STYLE)),
        Markup('<rect class="paper" width="100%" height="100%"/>'),
        placed,
        Markup('<g transform="translate({} 24)">{}</g>').format(MAP_PX + GAP_PX, _key(base, spots, notes)),
        Markup("</svg>\n"),
    ]
    return str(Markup("").join(parts))


def _flagged(squares: gpd.GeoSeries, others: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Both sets of squares, so that the view holds them all."""
    import geopandas as gpd
    import pandas as pd

    together = pd.concat([squares, others], ignore_index=True)
    return gpd.GeoDataFrame({"is_flagged": True, "is_baseline_flagged": True}, index=range(len(together)), geometry=list(together), crs="EPSG:27700")


def _spots(base: maps.Base, squares: gpd.GeoSeries, others: gpd.GeoSeries, names: tuple[str, str]) -> list[maps.Spots]:
    one, other = ([base.path(shape) for shape in series] for series in (squares, others))
    sets = (
        ("baseline", f"{names[1]} only", [path for path in other if path not in one]),
        ("system", f"{names[0]} only", [path for path in one if path not in other]),
        ("both", "both", [path for path in one if path in other]),
    )
    return [maps.Spots(kind, f"{label} ({len(paths):,})", tuple(paths)) for kind, label, paths in sets]


def _key(base: maps.Base, spots: Sequence[maps.Spots], notes: Sequence[str]) -> Markup:
    """What the squares are, a scale bar, and the notes."""
    lines = []
    for number, group in enumerate(reversed(spots)):
        mark = Markup('<g class="key spots {}"><path d="M0 -11h13v13h-13z"/></g>').format(group.kind)
        lines.append(Markup('<g transform="translate(0 {})">{}<text x="22">{}</text></g>').format(LINE_PX * number, mark, group.label))
    metres = next((length for length in (20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100) if length <= 0.25 * base.width), 50)
    said = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    bar = Markup('<path class="bar" d="M0 -6v6h{}v-6"/><text class="soft" x="{}">{}, north is up</text>')
    length = round(metres * MAP_PX / base.width)
    lines.append(Markup('<g transform="translate(0 {})">{}</g>').format(LINE_PX * len(spots) + 10, bar.format(length, length + 10, said)))
    for number, note in enumerate(notes):
        lines.append(Markup('<text class="soft" y="{}">{}</text>').format(LINE_PX * (len(spots) + 1) + 14 + 18 * number, note))
    return Markup("").join(lines)
