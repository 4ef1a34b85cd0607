"""Maps of shaded areas side by side, as an SVG file of its own with its key inside: the same place, shaded in several ways.

Drawn by maps.py in the report's colours, light and dark, for pages that are not our own reports.

Steps, in order:  base_of -> classes_of_shades -> choropleth, one panel each -> shaded_maps
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from . import maps

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import ArrayLike

PANEL_PX, GAP_PX, TITLE_PX, KEY_PX = 360, 28, 34, 40
LABELS = ("lightest fifth", "", "", "", "darkest fifth")
STYLE = """
svg { --paper: #ffffff; --ink: #1b2026; --outline: #8f9993; --unknown: #ffffff;
  --q1: #eff5fa; --q2: #c9ddec; --q3: #93bbda; --q4: #4b8dbd; --q5: #1a5a8e; }
@media (prefers-color-scheme: dark) { svg { --paper: #14181c; --ink: #e8ebed; --outline: #6d7780; --unknown: #14181c;
  --q1: #1d2932; --q2: #22435b; --q3: #2c6489; --q4: #4a8fbd; --q5: #8cc3ea; } }
.paper { fill: var(--paper); }
.map path { vector-effect: non-scaling-stroke; stroke: var(--outline); stroke-width: .6; }
.unknown { fill: var(--unknown); stroke: var(--outline); } .q1 { fill: var(--q1); } .q2 { fill: var(--q2); } .q3 { fill: var(--q3); } .q4 { fill: var(--q4); }
.q5 { fill: var(--q5); }
rect.key { stroke: var(--outline); stroke-width: .6; }
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; fill: var(--ink); }
text.title { font-weight: 600; }
"""


def classes_of_shades(shades: ArrayLike) -> maps.Classes:
    """Shades from 0 to 1 in fifths; 0 is no shade at all.

    Example:
        >>> classes_of_shades([0.0, 0.1, 0.2, 0.21, 1.0]).of_area
        (-1, 0, 0, 1, 4)
    """
    import numpy as np

    fifths = np.ceil(np.round(5 * np.asarray(shades, dtype=float), 9)).astype(int) - 1
    return maps.Classes(LABELS, tuple(fifths.tolist()))


def shaded_maps(areas: gpd.GeoDataFrame, panels: Mapping[str, ArrayLike], *, title: str, description: str) -> str:
    """The SVG file's text.

    Args:
        areas: the declared table, EPSG:27700.
        panels: title of each map -> the shade of each area, 0 to 1, in the order of `areas`.
        title, description: for those who do not see it.

    Example:
        >>> import geopandas as gpd, shapely
        >>> town = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 300, 300)], crs="EPSG:27700")
        >>> drawn = shaded_maps(town, {"by rate": [1.0], "by count": [0.4]}, title="A town", description="Two maps.")
        >>> drawn.startswith("<svg") and "by rate" in drawn and "by count" in drawn
        True
    """
    import geopandas as gpd

    base = maps.base_of(areas, gpd.GeoDataFrame())
    height = round(PANEL_PX * base.height / base.width)
    width, total = len(panels) * (PANEL_PX + GAP_PX) - GAP_PX, TITLE_PX + height + KEY_PX
    parts = [
        Markup('<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img">').format(width, total),
        Markup("<title>{}</title><desc>{}</desc><style>{}</style>").format(title, description, Markup(STYLE)),
        Markup('<rect class="paper" width="100%" height="100%"/>'),
    ]
    for number, (name, shades) in enumerate(panels.items()):
        drawn = maps.choropleth(base, title=name, description=description, slug=f"map-{number}", spots=(), classes=classes_of_shades(shades))
        placed = drawn.replace(Markup('<svg class="'), Markup('<svg y="{}" width="{}" height="{}" class="').format(TITLE_PX, PANEL_PX, height), 1)
        moved = Markup('<g transform="translate({} 0)"><text class="title" x="6" y="20">{}</text>{}</g>')
        parts.append(moved.format(number * (PANEL_PX + GAP_PX), name, placed))
    return str(Markup("").join([*parts, _key(total), Markup("</svg>\n")]))


def _key(total: int) -> Markup:
    """The shades in a row, from no crime to the darkest fifth."""
    y = total - 24
    parts = [Markup('<rect class="key unknown" x="6" y="{}" width="18" height="14"/><text x="30" y="{}">no crime</text>').format(y, y + 12)]
    parts += [Markup('<rect class="key q{}" x="{}" y="{}" width="18" height="14"/>').format(fifth, 96 + 18 * fifth, y) for fifth in range(1, 6)]
    parts.append(Markup('<text x="212" y="{}">lightest to darkest fifth</text>').format(y + 12))
    return Markup("").join(parts)
