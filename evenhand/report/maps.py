"""Maps as SVG: areas shaded by a share, flagged cells as outlined squares.

Coordinates are British National Grid metres from the map's corner, in whole metres, north up.
Shades are named q1 (lowest) to q5 (highest) and coloured by the page's style, so that dark mode and
print choose their own; stroke widths do not scale with the map. Scale bar, north arrow and legend
are HTML beside the map: letters inside it would shrink on a phone.

Steps, in order:  base_of -> classes_of_shares or classes_of_deciles -> choropleth
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy as np
    import pandas as pd

DETAIL = 1000
"""Boundaries are simplified to a thousandth of the map's width: a pixel or so on a wide screen."""


@dataclass(frozen=True)
class Base:
    """Geometry common to all maps of a place.

    Attributes:
        width, height: of the view, in metres.
        left, top: of its corner, EPSG:27700.
        areas: one path per area; names: beside them, for the pointer's read-out.
    """

    width: int
    height: int
    left: float
    top: float
    areas: tuple[str, ...]
    names: tuple[str, ...]

    def path(self, geometry: Any) -> str:
        """A polygon as path data in whole metres from the map's corner."""
        return path_of(geometry, self.left, self.top)


@dataclass(frozen=True)
class Classes:
    """Class breaks of a map.

    Attributes:
        labels: from the lowest to the highest class.
        of_area: each area's class, 0 for the first; -1 where its value is not known.
    """

    labels: tuple[str, ...]
    of_area: tuple[int, ...]

    def shade(self, index: int) -> str:
        """The style's name of a class; few classes are spread over the whole ramp."""
        if index < 0:
            return "unknown"
        return f"q{1 + round(4 * index / max(len(self.labels) - 1, 1))}"


@dataclass(frozen=True)
class Spots:
    """A set of cells drawn alike: `kind` names their style (system, baseline, both)."""

    kind: str
    label: str
    paths: tuple[str, ...]


def base_of(areas: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> Base:
    """Simplify the areas together, so that neighbours keep one border, and set the view around areas and flagged cells."""
    import numpy as np

    bounds = [areas.total_bounds]
    flagged = cells[cells["is_flagged"].fillna(False).astype(bool) | cells["is_baseline_flagged"].fillna(False).astype(bool)] if len(cells) else cells
    if len(flagged):
        bounds.append(flagged.total_bounds)
    stacked = np.array(bounds)
    left, low = (float(end) for end in np.nanmin(stacked[:, :2], axis=0))
    right, top = (float(end) for end in np.nanmax(stacked[:, 2:], axis=0))
    margin = 0.015 * max(right - left, top - low)
    left, top = float(np.floor(left - margin)), float(np.ceil(top + margin))
    width, height = int(np.ceil(right + margin - left)), int(np.ceil(top - low + margin))
    shapes = _simplified(areas.geometry.to_numpy(), width / DETAIL)
    names = areas["area_name"] if "area_name" in areas else areas["area_code"]
    shown = tuple(str(name) if isinstance(name, str) else str(code) for name, code in zip(names, areas["area_code"], strict=True))
    return Base(width, height, left, top, tuple(path_of(shape, left, top) for shape in shapes), shown)


def _simplified(shapes: np.ndarray, tolerance: float) -> np.ndarray:
    import shapely

    try:
        return shapely.coverage_simplify(shapes, tolerance)
    except (shapely.errors.GEOSException, TypeError, ValueError):  # overlaps or odd kinds: borders may then part by a pixel
        return shapely.simplify(shapes, tolerance)


def path_of(geometry: Any, left: float, top: float) -> str:
    """A polygon or multipolygon as relative path data, y downwards.

    Example:
        >>> from shapely.geometry import box
        >>> path_of(box(100, 200, 250, 350), left=100, top=350)
        'M150 150v-150h-150v150z'
    """
    if geometry is None or geometry.is_empty:
        return ""
    polygons = [part for part in getattr(geometry, "geoms", [geometry]) if part.geom_type == "Polygon"]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return "".join(_ring(ring, left, top) for ring in rings)


def _ring(ring: Any, left: float, top: float) -> str:
    import numpy as np
    import shapely

    points = shapely.get_coordinates(ring)
    whole = np.rint(np.column_stack((points[:, 0] - left, top - points[:, 1]))).astype(int)
    steps = np.diff(whole, axis=0)[:-1]  # the last step only closes the ring
    parts = [f"M{whole[0, 0]} {whole[0, 1]}"]
    last = ""
    for dx, dy in steps.tolist():
        if dx == 0 and dy == 0:
            continue
        kind, numbers = ("v", f"{dy}") if dx == 0 else ("h", f"{dx}") if dy == 0 else ("l", f"{dx}{'' if dy < 0 else ' '}{dy}")
        parts.append((" " if kind == last and not numbers.startswith("-") else "" if kind == last else kind) + numbers)
        last = kind
    return "".join(parts) + "z"


def classes_of_shares(shares: pd.Series, *, wanted: int = 5) -> Classes:
    """Classes of about equally many areas, their breaks rounded so that they can be said aloud.

    Example:
        >>> import pandas as pd
        >>> classes_of_shares(pd.Series([0.004, 0.011, 0.024, 0.031, 0.052, 0.118])).labels[0].replace("\u00a0", " ")
        '0.4 % to under 1.1 %'
    """
    import numpy as np

    values = 100 * shares.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    known = values[np.isfinite(values)]
    if not len(known):
        return Classes((), (-1,) * len(values))
    decimals = 0 if known.max() - known.min() >= 15 else 1 if known.max() - known.min() >= 1.5 else 2
    step = 10.0**-decimals
    inner = np.round(np.quantile(known, np.arange(1, wanted) / wanted), decimals)
    first, last = np.floor(known.min() / step) * step, np.ceil(known.max() / step) * step
    edges = np.unique(np.round([first, *inner, max(last, first + step)], decimals))
    index = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    said = [f"{edge:.{decimals}f}" for edge in edges]
    labels = [f"{low}\u00a0% to {'under ' if i < len(edges) - 2 else ''}{high}\u00a0%" for i, (low, high) in enumerate(zip(said[:-1], said[1:], strict=True))]
    return Classes(tuple(labels), tuple(int(i) if np.isfinite(value) else -1 for i, value in zip(index, values, strict=True)))


def classes_of_deciles(deciles: pd.Series) -> Classes:
    """Tenths in pairs; the most deprived are the darkest."""
    labels = ("deciles 9 and 10, least deprived", "deciles 7 and 8", "deciles 5 and 6", "deciles 3 and 4", "deciles 1 and 2, most deprived")
    known = deciles.astype("Float64")
    return Classes(labels, tuple(-1 if missing else 4 - (int(decile) - 1) // 2 for decile, missing in zip(known.fillna(1), known.isna(), strict=True)))


def spots_of(cells: gpd.GeoDataFrame, base: Base, *, kind: str, label: str) -> Spots:
    """Cells to be drawn alike."""
    return Spots(kind, label, tuple(base.path(shape) for shape in cells.geometry))


def choropleth(
    base: Base,
    *,
    title: str,
    description: str,
    slug: str,
    spots: Sequence[Spots],
    classes: Classes | None = None,
    values: Sequence[str] = (),
    ramp: str = "blue",
) -> Markup:
    """One map.

    Args:
        base: its geometry.
        title, description: for those who do not see it.
        slug: a name unique in the page.
        spots: cells on top, drawn in this order.
        classes: how areas are shaded; None leaves them plain.
        values: each area's value in words, shown at the pointer.
        ramp: which of the style's ramps.
    """
    parts = [
        Markup('<svg class="map ramp-{}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d" preserveAspectRatio="xMidYMid meet">').format(
            ramp, base.width, base.height, slug, slug
        ),
        Markup('<title id="{}-t">{}</title><desc id="{}-d">{}</desc>').format(slug, title, slug, description),
        Markup('<g class="areas">'),
    ]
    for index, path in enumerate(base.areas):
        shade = classes.shade(classes.of_area[index]) if classes is not None else "plain"
        said = f"{base.names[index]}: {values[index]}" if values else base.names[index]
        parts.append(Markup('<path class="{}" d="{}"><title>{}</title></path>').format(shade, Markup(path), said))
    parts.append(Markup("</g>"))
    # Each square twice: a pale casing below all of them keeps the outlines visible over every shade.
    squares = [(group.kind, Markup("").join(Markup('<path d="{}"/>').format(Markup(path)) for path in group.paths)) for group in spots]
    parts.append(Markup('<g class="casing">{}</g>').format(Markup("").join(drawn for _, drawn in squares)))
    parts.extend(Markup('<g class="spots {}">{}</g>').format(kind, drawn) for kind, drawn in squares)
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def furniture(base: Base) -> Markup:
    """Scale bar and north arrow, as HTML as wide as the map."""
    metres = next((length for length in (20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50) if length <= 0.3 * base.width), 20)
    said = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    return Markup(
        '<div class="furniture"><span class="bar" style="width:{}%"></span><span class="bar-text">{}</span>'
        '<span class="north"><svg width="12" height="16" aria-hidden="true" focusable="false"><path d="M6 0l5 15-5-4-5 4z"/></svg> North is up</span></div>'
    ).format(f"{100 * metres / base.width:.3f}", said)


def legend(classes: Classes | None, *, spots: Sequence[Spots], what: str, ramp: str, counts: Sequence[int] = ()) -> Markup:
    """The map's key as a list, in letters of the page's own size."""
    items = []
    for group in spots:
        items.append(
            Markup(
                '<li><svg class="key" width="20" height="20" aria-hidden="true" focusable="false"><g class="casing"><path d="M5 5h10v10h-10z"/></g>'
                '<g class="spots {}"><path d="M5 5h10v10h-10z"/></g></svg> {}</li>'
            ).format(group.kind, group.label)
        )
    if classes is not None:
        items.append(Markup('<li class="what">{}</li>').format(what))
        for index, label in enumerate(classes.labels):
            many = f" ({counts[index]:,} area{'' if counts[index] == 1 else 's'})" if counts else ""
            items.append(Markup('<li><span class="swatch {}"></span> {}<span class="many">{}</span></li>').format(classes.shade(index), label, many))
        if -1 in classes.of_area:
            items.append(
                Markup('<li><span class="swatch unknown"></span> not known<span class="many"> ({} areas)</span></li>').format(classes.of_area.count(-1))
            )
    return Markup('<ul class="legend ramp-{}">{}</ul>').format(ramp, Markup("").join(items))
