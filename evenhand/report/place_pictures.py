"""The maps of a report: flagged spots over who lives there, over deprivation, and beside the count map's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from . import maps
from .numbers import figure
from .picture import Picture

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd

    from .contents import Contents


WIDE = 1.7
"""A place this many times as wide as high has its key below the map, not beside it."""


@dataclass(frozen=True)
class Layer:
    """One way to shade the areas."""

    slug: str
    title: str
    what: str
    column: str
    classes: maps.Classes
    values: tuple[str, ...]
    ramp: str


@dataclass(frozen=True)
class Ground:
    """What all maps of a report share, worked out once."""

    base: maps.Base
    system: maps.Spots
    areas: pd.DataFrame
    layers: tuple[Layer, ...]


def map_pictures(contents: Contents) -> tuple[Picture, ...]:
    """All maps in the order shown; none when there are no areas to draw."""
    if contents.areas is None or contents.areas.empty:
        return ()
    ground = ground_of(contents)
    pictures = [one_map(contents, ground, layer) for layer in ground.layers]
    if len(ground.layers) > 1:
        pictures.append(side_by_side(contents, ground))
    pictures.append(beside_count_map(contents, ground))
    return tuple(pictures)


def ground_of(contents: Contents) -> Ground:
    """Simplify the boundaries, choose the classes and count spots by area."""
    base = maps.base_of(contents.areas, contents.cells)
    flagged = contents.cells[yes(contents.cells, "is_flagged")]
    system = maps.spots_of(flagged, base, kind="system", label=f"flagged spot ({len(flagged):,})")
    return Ground(base, system, area_table(contents), tuple(layers_of(contents)))


def yes(cells: gpd.GeoDataFrame, column: str) -> pd.Series:
    """A yes/no column with unknown taken as no: what is not known to be flagged is not drawn."""
    return cells[column].astype("boolean").fillna(False).astype(bool)


def layers_of(contents: Contents) -> list[Layer]:
    """Group, deprivation, reference: those for which there are figures."""
    areas, layers = contents.areas, []
    for slug, group, ramp in (("group", contents.group, "blue"), ("reference", contents.reference, "green")):
        column = f"share_{group}"
        if column in areas and areas[column].notna().any():
            values = tuple(
                figure(float(share), "share", like=0.1) if share == share and share is not None else "not known" for share in areas[column].astype(object)
            )
            title = f"Flagged spots over the share of residents who are {group}"
            layers.append(Layer(f"map-{slug}", title, f"Share of residents who are {group}", column, maps.classes_of_shares(areas[column]), values, ramp))
    if "decile" in areas and areas["decile"].notna().any():
        deciles = areas["decile"].astype("Int64")
        values = tuple("decile not known" if missing else f"decile {decile}" for decile, missing in zip(deciles.fillna(0), deciles.isna(), strict=True))
        layers.insert(
            1,
            Layer(
                "map-deprivation",
                "Flagged spots over deprivation",
                "Deprivation: tenths of all areas in England",
                "decile",
                maps.classes_of_deciles(deciles),
                values,
                "purple",
            ),
        )
    return layers


def area_table(contents: Contents) -> pd.DataFrame:
    """One row per area: what the maps shade, and how many spots have their middle in it."""
    import pandas as pd

    areas = contents.areas
    table = pd.DataFrame({"area_code": areas["area_code"].to_numpy()})
    table["area_name"] = areas["area_name"].to_numpy() if "area_name" in areas else areas["area_code"].to_numpy()
    wanted = ["residents", *dict.fromkeys(f"share_{group}" for group in (contents.group, contents.reference)), "decile"]
    for name in wanted:
        if name in areas:
            table[name] = areas[name].to_numpy()
    for name, column in (("flagged_spots", "is_flagged"), ("count_map_spots", "is_baseline_flagged")):
        table[name] = middles_in(areas, contents.cells[yes(contents.cells, column)])
    return table


def middles_in(areas: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> np.ndarray:
    """How many cells have their middle in each area; a middle on a border counts in the first area only."""
    import numpy as np
    import shapely

    counts = np.zeros(len(areas), dtype=int)
    if len(cells):
        middle, area = shapely.STRtree(areas.geometry.to_numpy()).query(shapely.centroid(cells.geometry.to_numpy()), predicate="intersects")
        first: dict[int, int] = {}
        for cell, hit in sorted(zip(middle.tolist(), area.tolist(), strict=True)):
            first.setdefault(cell, hit)
        np.add.at(counts, list(first.values()), 1)
    return counts


def by_class(ground: Ground, layer: Layer) -> pd.DataFrame:
    """The map's table for the page: each class with its areas, residents and spots."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    index = pd.Series(layer.classes.of_area)
    for number, label in [*enumerate(layer.classes.labels), (-1, "not known")]:
        chosen = ground.areas[(index == number).to_numpy()]
        if number < 0 and chosen.empty:
            continue
        rows.append(
            {
                "class": label,
                "areas": len(chosen),
                "residents": chosen["residents"].sum() if "residents" in chosen else None,
                "flagged_spots": int(chosen["flagged_spots"].sum()),
            }
        )
    return pd.DataFrame(rows)


def described(ground: Ground, layer: Layer) -> str:
    """In words, where the spots stand among the classes."""
    table = by_class(ground, layer)
    total = int(table["flagged_spots"].sum())
    most = table.iloc[int(table["flagged_spots"].to_numpy().argmax())] if total else None
    tail = "" if most is None else f" Most spots ({most['flagged_spots']} of {total}) have their middle in areas of the class “{most['class']}”."
    return (
        f"Map of {len(ground.areas):,} areas in {len(layer.classes.labels)} shades, with {len(ground.system.paths):,} flagged spots as outlined squares.{tail}"
    )


def drawn(ground: Ground, layer: Layer, *, slug: str) -> Markup:
    """One map with its furniture and key."""
    counts = [layer.classes.of_area.count(number) for number in range(len(layer.classes.labels))]
    drawing = maps.choropleth(
        ground.base,
        title=layer.title,
        description=described(ground, layer),
        slug=slug,
        spots=(ground.system,),
        classes=layer.classes,
        values=layer.values,
        ramp=layer.ramp,
    )
    key = maps.legend(layer.classes, spots=(ground.system,), what=layer.what, ramp=layer.ramp, counts=counts)
    return framed(ground.base, drawing, key)


def framed(base: maps.Base, drawing: Markup, key: Markup) -> Markup:
    """A map no taller than a screen, its scale bar as wide as the map makes it, its key beside or below."""
    wide = " wide" if base.width > WIDE * base.height else ""
    return Markup('<div class="map-frame{}"><div class="map-box" style="max-width:{}rem">{}{}</div>{}</div>').format(
        wide, f"{38 * base.width / base.height:.2f}", drawing, maps.furniture(base), key
    )


def one_map(contents: Contents, ground: Ground, layer: Layer) -> Picture:
    """Flagged spots over one layer."""
    kept = [name for name in ("area_code", "area_name", "residents", layer.column, "flagged_spots") if name in ground.areas]
    return Picture(
        slug=layer.slug,
        title=layer.title,
        description=described(ground, layer),
        drawing=drawn(ground, layer, slug=layer.slug),
        table=ground.areas[kept],
        summary=by_class(ground, layer),
        how_to_read=breaks_said(layer),
        notes=contents.notes.get("maps", ()) if layer.slug == "map-group" else (),
    )


def breaks_said(layer: Layer) -> str:
    """How the classes were made."""
    if layer.column == "decile":
        return "Decile 1 holds the most deprived tenth of areas in England. A spot is counted in the area that holds its middle."
    return (
        "Classes hold about equally many areas each, their breaks rounded. A spot is counted in the area that holds its middle; spots can reach over borders."
    )


def side_by_side(contents: Contents, ground: Ground) -> Picture:
    """All layers at one scale, with the areas' full table."""
    panels = Markup("").join(
        Markup('<div class="panel"><p class="panel-title">{}</p>{}</div>').format(layer.what, drawn(ground, layer, slug=f"{layer.slug}-small"))
        for layer in ground.layers
    )
    return Picture(
        slug="maps-side-by-side",
        title="The same spots over each, at one scale",
        description=f"{len(ground.layers)} maps of {contents.place} at one scale, each with the same flagged spots: "
        + "; ".join(layer.what.lower() for layer in ground.layers)
        + ".",
        drawing=Markup('<div class="panels">{}</div>').format(panels),
        table=ground.areas,
        how_to_read="Each map has breaks of its own, so shades cannot be compared from one map to the next; places can.",
    )


def beside_count_map(contents: Contents, ground: Ground) -> Picture:
    """The system's spots against the count map's."""
    cells = contents.cells
    ours, theirs = yes(cells, "is_flagged"), yes(cells, "is_baseline_flagged")
    kinds = (
        ("system", f"flagged by {contents.card.title} only", cells[ours & ~theirs]),
        ("baseline", f"flagged by {contents.baseline_card.title} only", cells[theirs & ~ours]),
        ("both", "flagged by both", cells[ours & theirs]),
    )
    spots = [maps.spots_of(chosen, ground.base, kind=kind, label=f"{label} ({len(chosen):,})") for kind, label, chosen in kinds]
    title = "Flagged spots beside the count map’s"
    description = f"Map of {contents.place}: " + ", ".join(group.label for group in spots) + "."
    drawing = maps.choropleth(ground.base, title=title, description=description, slug="map-count", spots=spots, ramp="plain")
    kept = [
        name
        for name in ("cell_code", "is_flagged", "is_baseline_flagged", "score", "baseline_score", "learn_events", "learn_harm", "test_events", "residents")
        if name in cells
    ]
    return Picture(
        slug="map-count-map",
        title=title,
        description=description,
        drawing=framed(ground.base, drawing, maps.legend(None, spots=spots, what="", ramp="plain")),
        table=_plain(cells[ours | theirs][kept]),
        summary=spot_summary([(label, chosen) for _, label, chosen in kinds]),
        how_to_read="The count map flags as many spots by doing nothing but count past records. Where the two agree, the system adds nothing to counting.",
    )


def spot_summary(kinds: list[tuple[str, gpd.GeoDataFrame]]) -> pd.DataFrame:
    """Spots, records and residents by who flagged them."""
    import pandas as pd

    sums = ("learn_events", "test_events", "residents")
    return pd.DataFrame([{"spots": label, "number": len(chosen), **{name: chosen[name].sum() for name in sums if name in chosen}} for label, chosen in kinds])


def _plain(frame: Any) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(frame).reset_index(drop=True)
