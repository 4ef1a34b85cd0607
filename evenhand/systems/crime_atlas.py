"""The crime atlas: which areas have most recorded crime to their residents? The first crime map, of 1829.

André-Michel Guerry and Adriano Balbi set three shaded maps of France side by side: crimes against persons, crimes against
property, and schooling, by department. A department is dark where few inhabitants come to one person accused. Everything
that is wrong with a later "hot area" is wrong here already, in a form that can be checked by hand.

Reconstructed: crimes set against residents, areas ranked by it, and shaded by rank. Not reconstructed: the courts' records,
the map of schooling, and the comparison of the three by eye: see CARD.not_rebuilt. The atlas flagged nobody's street: that
its darkest areas' squares are put forward is how it is made comparable with the other systems here.

Steps, in order:  counted -> shares_of_ground -> rates -> shaded -> score; then flagging.flag

Read with care: an area's shade says nothing of anybody in it. Every square of an area scores alike, so where the list ends
within an area, the rule for ties decides. Points carry no area here: a square's crimes are shared out over its areas by
ground, as close as squares are small.

Source: Guerry & Balbi (1829), Statistique comparée de l'état de l'instruction et du nombre des crimes, Paris.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..places.vintages import require_codes
from ..tables.citation import Citation
from ..tables.errors import BadSetting, CannotAnswer
from .card import AlsoReads, Card, Reading
from .outcomes import crime_types_of
from .records import events_of, needed, usable

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ..places.grid import Grid

BASES = ("residents", "ground", "none")
SHADES = ("ranks", "equal-counts", "equal-ranges")
DIRECTIONS = ("residents-per-crime", "crimes-per-resident")
PLACINGS = ("by-ground", "largest-part")

CARD = Card(
    slug="crime-atlas",
    title="Crime atlas (Guerry and Balbi 1829)",
    kind="place",
    operators=(),
    learns_from="recorded crime by area, and how many people live there",
    columns=("month", "x_m", "y_m", "crime_type", "events"),
    flags="nothing: it shaded whole areas. Here: squares of the darkest",
    horizon="none was claimed; read here as the next month",
    fidelity="close",
    sources=(
        Citation("Amnesty International UK (2025), Automated Racism, section 1.4.1"),
        Citation("Guerry (1833), Essai sur la statistique morale de la France: its table and maps of crime, as reprinted in an English book of the "
                 "1830s (page 98, read as scanned text; by its subject H. L. Bulwer's France, Social, Literary, Political)",
                 url="https://books.google.com/books?id=5LMUAAAAQAAJ"),
        Citation("Friendly & Dray, R package Guerry, description of the data", url="https://friendly.github.io/Guerry/reference/Guerry.html"),
        Citation("Friendly (2007), A.-M. Guerry's Moral Statistics of France: Challenges for Multivariable Spatial Analysis, Statistical Science 22(3), "
                 "368-399 (first page read)", doi="10.1214/07-STS241", mark="recalled"),
        Citation("Guerry & Balbi (1829), Statistique comparée de l'état de l'instruction et du nombre des crimes dans les divers arrondissements des "
                 "académies et des cours royales de France, Paris: Everat (the sheet itself)", mark="recalled"),
    ),
    readings=(
        Reading(
            "outcome",
            "Which categories stand for crimes against persons, or against property?",
            "violence",
            ("violence", "violence-robbery", "burglary-vehicle"),
            "the first of its two maps of crime; today's categories are no translation of the courts' of 1829",
            "which of the two maps is drawn",
        ),
        Reading(
            "base",
            "What are crimes set against?",
            "residents",
            BASES,
            "inhabitants, in the table of 1833; nothing at all is what later maps of counts do",
            "set against residents, a shopping street where few live looks dark; counted alone, wherever many live does",
            mark="known",
        ),
        Reading(
            "shades",
            "How does a figure become a shade?",
            "ranks",
            SHADES,
            "the table numbers departments by rank and says that the shades go with the numbers; classes are what later atlases use",
            "ranks make much of small differences; equal ranges put nearly all areas in one shade where a few stand out",
            mark="known",
        ),
        Reading("classes", "How many shades, where there are classes?", 5, (4, 5, 7), "the usual number today",
                "nothing while shades go by rank; with classes, how many areas share the darkest shade"),
        Reading(
            "direction",
            "Is it residents to one crime, or crimes to one resident?",
            "residents-per-crime",
            DIRECTIONS,
            "the table prints 'one accused out of so many inhabitants'",
            "nothing while shades go by rank or by equal counts; with equal ranges, which end of the scale is drawn out",
            mark="known",
        ),
        Reading(
            "placing",
            "To which area does a square on a border belong?",
            "by-ground",
            PLACINGS,
            "the atlas had whole areas and no squares; this keeps every crime counted once",
            "which squares along borders are put forward",
        ),
    ),
    not_rebuilt=(
        "persons accused before the courts, which is what was counted then: here, crimes recorded by police",
        "the third map, of schooling: set it beside this one with `evenhand audit association`",
        "the reading by eye, which is where the conclusions were drawn",
        "the departments themselves: tests/published holds the ranking to the figures printed in 1833",
    ),
    also_reads=(AlsoReads("residents", ("area_code", "residents"), is_needed=True, says="people to set crimes against, by area"),),
    known=(
        "It is the earliest known crime map, made to show how schooling goes with crimes against persons and against property; no clear "
        "statistical correlation could be shown (Amnesty International UK 2025, section 1.4.1).",
        "The table of 1833 gives, for each of 86 departments, how many inhabitants come to one accused; departments carry their rank on the map, and "
        "the degrees of shade go with it (Guerry 1833, as reprinted, page 98).",
        "What is counted is persons accused, not crimes: one crime with five accused counts five times (the same book, page 176 of another printing).",
        "Both crime maps of 1833 cover the years 1825 to 1830 (Friendly & Dray, R package Guerry, description of the data).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """The atlas, and how it falls on squares.

    Attributes:
        area_codes: of the areas.
        crimes: recorded crimes of each area, shape (areas,).
        per_base: crimes for each resident, for each km² of ground, or as they are; nan where nobody lives.
        shade: of each area, 0 (no crime, or no rate) to 1 (darkest).
        shares: how much of each square's score each area gives, sparse, shape (cells, areas); rows sum to 1.
    """

    area_codes: tuple[str, ...]
    crimes: NDArray[np.float64]
    per_base: NDArray[np.float64]
    shade: NDArray[np.float64]
    shares: csr_array


def fit(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    residents: pd.DataFrame | None = None,
    outcome: str = "violence",
    base: str = "residents",
    shades: str = "ranks",
    classes: int = 5,
    direction: str = "residents-per-crime",
    placing: str = "by-ground",
) -> Model:
    """Draw the atlas from crimes recorded up to and including a month.

    Args:
        recorded_crime: the declared table, with x_m and y_m; rows later than `until` are not used.
        grid: the cells, which know their areas.
        until: last month, or a day: then whole months up to it.
        residents: the declared table; groups are added up.
        outcome, base, shades, classes, direction, placing: readings of the card.

    Raises:
        MissingTable, MissingColumn: there are no residents.
        VintageMix: an area has no row of residents.
        EmptyTable: nothing to learn from.
        BadSetting: an unknown choice of a reading.
        CannotAnswer: no area with a crime has anything to set it against.
    """
    needed(CARD, residents=residents)
    _require_choice("base", base, BASES)
    shares = shares_of_ground(grid, placing)
    crimes = np.asarray(shares.T @ counted(recorded_crime, grid, until=until, outcome=outcome))
    per_base = rates(crimes, _base_of(base, grid, residents))
    if not (per_base > 0).any():
        raise CannotAnswer("Nobody lives in any area with a recorded crime, so no rate can be shaded. Choose another reading of `base`.")
    return Model(grid.area_codes, crimes, per_base, shaded(per_base, shades=shades, classes=classes, direction=direction), shares)


def score(model: Model, *, day: object = None) -> NDArray[np.float64]:
    """Shade of each cell, shape (cells,), 0 to 1: that of its area, or of its areas by the ground they share in it."""
    return np.asarray(model.shares @ model.shade)


def counted(recorded_crime: pd.DataFrame, grid: Grid, *, until: str | dt.date, outcome: str) -> NDArray[np.float64]:
    """Recorded crimes in each cell, shape (cells,)."""
    used = recorded_crime[usable(recorded_crime, until=until, crime_types=crime_types_of(outcome))]
    cell = grid.cell_of(used["x_m"].to_numpy(dtype=float), used["y_m"].to_numpy(dtype=float))
    return np.bincount(cell[cell >= 0], events_of(used)[cell >= 0], len(grid)).astype(float)


def shares_of_ground(grid: Grid, placing: str) -> csr_array:
    """How each cell is shared among areas; sparse, shape (cells, areas), rows sum to 1.

    Args:
        grid: the cells.
        placing: `by-ground` shares in proportion to ground; `largest-part` gives the whole cell to the area with most of it,
            to the first in the grid's order where two have as much.

    Raises:
        BadSetting: an unknown placing.
    """
    from scipy.sparse import csr_array, diags_array

    _require_choice("placing", placing, PLACINGS)
    ground = csr_array(grid.covered_m2)
    if placing == "by-ground":
        return csr_array(diags_array(1 / np.asarray(ground.sum(axis=1)).ravel()) @ ground)
    most = np.asarray(ground.argmax(axis=1)).ravel()
    return csr_array((np.ones(len(grid)), (np.arange(len(grid)), most)), shape=ground.shape)


def rates(crimes: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    """Crimes for each unit of the base; nan where there is none of it, for no crime among nobody is not a low rate.

    Example:
        >>> rates(np.array([3.0, 0.0, 2.0]), np.array([1500.0, 800.0, 0.0])).tolist()
        [0.002, 0.0, nan]
    """
    return np.divide(crimes, base, out=np.full(len(crimes), np.nan), where=base > 0)


def shaded(per_base: NDArray[np.float64], *, shades: str = "ranks", classes: int = 5, direction: str = "residents-per-crime") -> NDArray[np.float64]:
    """A shade for each area, from 0 (no crime, or no rate) to 1 (the darkest); shape (areas,).

    Args:
        per_base: crimes for each unit of the base.
        shades: `ranks`: the share of the areas with crime that have no higher rate; `equal-counts`: that, rounded up to a class;
            `equal-ranges`: classes as wide as each other between the lowest and the highest figure.
        classes: how many there are.
        direction: which figure's range is cut: residents to a crime, or crimes to a resident.

    Raises:
        BadSetting: an unknown choice, or fewer than two classes.

    Example:
        >>> per_resident = 1 / np.array([1368.0, 2906.0, 3879.0, 20235.0])
        >>> shaded(per_resident).tolist(), shaded(per_resident, shades="equal-ranges", classes=4).tolist()
        ([1.0, 0.75, 0.5, 0.25], [1.0, 1.0, 1.0, 0.25])
    """
    _require_choice("shades", shades, SHADES)
    _require_choice("direction", direction, DIRECTIONS)
    if classes < 2:
        raise BadSetting(f"classes={classes!r} is no map of shades; give 2 or more.")
    shade = np.zeros(len(per_base))
    dark = np.nan_to_num(per_base) > 0
    rate = np.round(per_base[dark] / per_base[dark].max(), 12)  # sums in another order differ beyond that, and would part a tie
    if shades == "equal-ranges":
        shade[dark] = _class_of_range(rate if direction == "crimes-per-resident" else -1 / rate, classes) / classes
        return shade
    rank = np.searchsorted(np.sort(rate), rate, side="right")
    shade[dark] = rank / len(rate) if shades == "ranks" else np.ceil(rank * classes / len(rate)) / classes
    return shade


def _class_of_range(figure: NDArray[np.float64], classes: int) -> NDArray[np.float64]:
    """The class of each figure, 1 to classes, by its place between the lowest and the highest; one figure alone is the darkest."""
    low, high = figure.min(), figure.max()
    if low == high:
        return np.full(len(figure), float(classes))
    return np.minimum(np.floor(classes * (figure - low) / (high - low)) + 1, classes)


def _base_of(base: str, grid: Grid, residents: pd.DataFrame | None) -> NDArray[np.float64]:
    """What crimes are set against, for each area of the grid."""
    assert residents is not None
    if base == "none":
        return np.ones(len(grid.area_codes))
    if base == "ground":
        return np.asarray(grid.covered_m2.sum(axis=0)).ravel() / 1e6
    people = residents.groupby("area_code")["residents"].sum()
    require_codes(people.index, grid.area_codes, table="residents", vintage="the grid's areas")
    return people.loc[list(grid.area_codes)].to_numpy(dtype=float)


def _require_choice(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise BadSetting(f"There is no {name} '{value}'. Known: {', '.join(known)}.")
