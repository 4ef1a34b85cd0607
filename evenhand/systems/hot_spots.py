"""Hot spots: where do recorded crimes lie densest? What police forces draw with general mapping software.

Stands for the maps that forces have made with ArcGIS, MapInfo and its add-ons, NEC's xd, Merseyside's in-house Delphi, and
those of the Police Service of Northern Ireland. None of them says how. So this is a family of four methods, and the choice
between them is the first reading: a kernel density, with the bandwidth rule each product brings; a ratio of two densities;
the Gi* statistic; plain counts. Time of day and weekday, which the same products show, are in audit/time_profile.py.

Reconstructed: the published methods. Not reconstructed: which of them a force used, and with which settings.

Steps, in order:  usable -> crimes_at_points -> one of METHODS -> score; then flagging.flag

Read with care: whatever the method, it is past recorded crime, smoothed. A z-score of Gi* sounds like proof and is not: it
compares with crime strewn at random over the place, which recorded crime never is.

Source: Silverman (1986), Density Estimation; Ord & Getis (1995), Geographical Analysis 27(4), 286-306; the products'
own pages, named on the card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tables.citation import Citation
from ..tables.errors import EmptyTable
from ..tables.recorded_crime import CRIME_TYPES
from .card import AlsoReads, Card, Reading
from .harm_weights import weights_for
from .hot_spot_methods import METHODS, Learnt, Model, Rules
from .kernel_surfaces import AtPoints, crimes_at_points
from .outcomes import VIOLENCE, crime_types_of
from .records import needed, usable

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid

CARD = Card(
    slug="hot-spots",
    title="Hot-spot mapping (ArcGIS, MapInfo, NEC xd, Delphi)",
    kind="place",
    operators=(
        "merseyside-police", "police-service-of-northern-ireland", "metropolitan-police", "west-midlands-police", "british-transport-police",
        "norfolk-police", "suffolk-police", "hampshire-police", "devon-and-cornwall-police", "avon-and-somerset-police", "city-of-london-police",
        "humberside-police", "thames-valley-police", "south-yorkshire-police", "west-yorkshire-police", "gwent-police", "kent-police",
        "lancashire-police", "north-yorkshire-police", "west-mercia-police",
    ),
    learns_from="points of recorded crime; months, no days. Residents by area where the map is a ratio to them",
    columns=("month", "x_m", "y_m", "crime_type", "events"),
    flags="the squares with the highest values; the operators draw shaded maps",
    horizon="the next month",
    fidelity="shape",
    sources=(
        Citation("Amnesty International UK (2025), Automated Racism, section 3.3, notes 461-472"),
        Citation("Esri, How Kernel Density works (quartic kernel; steps of the default search radius)",
                 url="https://desktop.arcgis.com/en/arcmap/10.6/tools/spatial-analyst-toolbox/how-kernel-density-works.htm"),
        Citation("Esri, How Optimized Hot Spot Analysis works (Gi*, scale from the data, false discovery rate)",
                 url="https://pro.arcgis.com/en/pro-app/latest/tool-reference/spatial-statistics/how-optimized-hot-spot-analysis-works.htm"),
        Citation("CDR Group, HS Gridder for MapInfo (kernel density; counts by weekday and hour, aoristic)",
                 url="http://www.cdrgroup.com/sales_3rdparty_HS_Gridder.htm"),
        Citation("Chainey (2013), Examining the influence of cell size and bandwidth size on kernel density estimation crime hotspot maps, abstract",
                 url="https://core.ac.uk/works/6723468"),
        Citation("Ord & Getis (1995), Local spatial autocorrelation statistics, Geographical Analysis 27(4), 286-306",
                 doi="10.1111/j.1538-4632.1995.tb00912.x", mark="recalled"),
        Citation("Venables & Ripley (2002), Modern Applied Statistics with S, 4th ed., section 5.6 (bandwidth.nrd)", mark="recalled"),
    ),
    readings=(
        Reading("outcome", "Which categories are mapped?", "violence-robbery-drugs", VIOLENCE,
                "the same as the other place systems here; the forces map many kinds", "which records count at all"),
        Reading("method", "Which kind of map?", "kde", ("kde", "dual-kde", "gi-star", "counts"),
                "the most popular in recent years by an abstract of 2013, and what MapInfo's add-ons draw; no force says",
                "whether single crowded points, wide crowded quarters, or places with few residents come out on top"),
        Reading("weights", "Is every crime one, or does graver crime count for more?", "equal", ("equal", "css-median", "css-mean", "cchi-quoted"),
                "nothing published speaks of weights; with Gi* the weighted sum is tested, which a leading package long did not do",
                "how far robbery outweighs violence, and whether drugs count for anything"),
        Reading("kernel", "Which kernel?", "quartic", ("quartic", "epanechnikov", "triangular", "uniform", "gaussian"),
                "ArcGIS's own; the alternatives are ours", "with kde and dual-kde: how a crime fades with distance", mark="known"),
        Reading("bandwidth", "How far does one crime spread: whose rule?", "arcgis", ("arcgis", "nrd", "nrd-easting", "fixed"),
                "the default of the product most often named; nrd is that of an R package for hot spots, nrd-easting what its code comes to",
                "with kde and dual-kde: from a patrol's few streets to half a town", mark="recalled"),
        Reading("bandwidth_m", "And where it is fixed, at how much?", 300.0, (150.0, 300.0, 600.0),
                "two cells of 150 m", "only where the bandwidth is fixed: how far neighbouring squares lend each other crime", unit="m"),
        Reading("denominator", "A ratio to what?", "residents", ("residents", "all-crime"),
                "risk for those who live there, as in textbooks; all recorded crime is at hand everywhere",
                "only with dual-kde: over residents, town centres and stations rise, for the people there do not live there"),
        Reading("floor_share", "Under which share of its mean is the denominator taken for too thin?", 0.1, (0.01, 0.1, 0.5),
                "some floor there must be: over parks and docks the ratio knows no bound", "only with dual-kde: whether empty ground tops the list"),
        Reading("neighbourhood", "Which cells are tested together by Gi*?", "queen", ("queen", "distance-band", "moran-peak"),
                "the simplest; the optimised tool picks a distance from the data, by the first peak of Moran's I as remembered",
                "only with gi-star: whether single squares or whole quarters stand out", mark="recalled"),
        Reading("band_m", "And where it is a distance, how far?", 450.0, (300.0, 450.0, 900.0),
                "three cells of 150 m", "only where the neighbourhood is a distance-band: as above", unit="m"),
        Reading("significance", "Is a cell shown only where it is significant?", "none", ("none", "p05", "fdr"),
                "so that as many cells can be flagged as by the other methods; the optimised tool corrects for false discoveries",
                "only with gi-star: how many cells can be flagged at all; never their order"),
        Reading("cell_m", "How large is a square?", 150.0, (100.0, 150.0, 250.0, 500.0),
                "as the other place systems here", "how much ground and how many people the list holds", unit="m"),
    ),
    not_rebuilt=(
        "offenders' addresses, which Merseyside's tool can show beside the hot spots",
        "calls and incidents that are no recorded crime",
        "the shading of the map and an analyst's line round what looks hot",
        "ArcGIS's weighting of the bandwidth itself by harm: here it is worked out from crimes, each counted once",
        "whatever NEC's xd does: no method is published",
    ),
    also_reads=(AlsoReads("residents", ("area_code", "residents"), is_needed=False, says="people by area, for the ratio to residents"),),
    known=(
        "Merseyside Police's in-house tool Delphi shows hot spots, time and day profiles of crime and incidents, and can show offenders' addresses "
        "(Amnesty International UK 2025, section 3.3.2, note 465).",
        "Merseyside has used ArcGIS in its analysis of serious violence, though not widely (Amnesty International UK 2025, section 3.3.2, note 466).",
        "The Police Service of Northern Ireland maps hot spots for several types of crime (Amnesty International UK 2025, section 3.3.1, note 461).",
        "ArcGIS is known to be used by seven forces, MapInfo by seven, xd by at least six; its developer says 25 "
        "(Amnesty International UK 2025, section 3.3.3, notes 467-472).",
        "ArcGIS's kernel density has a quartic kernel, and a default radius from the spread of the points round their mean centre "
        "(Esri, How Kernel Density works).",
        "ArcGIS's optimised tool aggregates incidents, chooses the scale from the data, tests with Gi* and corrects for false discoveries "
        "(Esri, How Optimized Hot Spot Analysis works).",
        "An add-on for MapInfo, deployed to Surrey Police among others, draws kernel densities and counts records by weekday and hour, "
        "spreading those of uncertain time over their window (CDR Group, HS Gridder).",
    ),
    next_review="2027-11",
)  # fmt: skip


def fit(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    residents: pd.DataFrame | None = None,
    outcome: str = "violence-robbery-drugs",
    weights: str = "equal",
    method: str = "kde",
    kernel: str = "quartic",
    bandwidth: str = "arcgis",
    bandwidth_m: float = 300.0,
    denominator: str = "residents",
    floor_share: float = 0.1,
    neighbourhood: str = "queen",
    band_m: float = 450.0,
    significance: str = "none",
) -> Model:
    """Learn from crimes recorded up to and including a month.

    Args:
        recorded_crime: the declared table, with x_m and y_m; rows later than `until` are not used.
        grid: the cells.
        until: last month, or a day: then whole months up to it.
        residents: the declared table; read by the ratio to residents alone.
        outcome, weights, method, kernel, bandwidth, bandwidth_m, denominator, floor_share, neighbourhood, band_m, significance: readings of the card.

    Raises:
        BadSetting: an unknown choice.
        EmptyTable: nothing to learn from, or none of it in the place.
        CannotAnswer: the method has no answer for these records, such as a bandwidth rule where all stand at one point.
        MissingTable: the ratio to residents, without residents.
    """
    needed(CARD, residents=residents)
    rules = Rules(method, kernel, bandwidth, bandwidth_m, denominator, floor_share, neighbourhood, band_m, significance)
    crimes = _crimes(recorded_crime, until, weights_for(weights, crime_types_of(outcome)))
    if not (grid.cell_of(*crimes.points_m.T) >= 0).any():
        raise EmptyTable("None of the recorded crimes lies in a cell of the place, so there is nothing to learn from. Are they of another place?")
    every = weights_for("equal", CRIME_TYPES)
    return METHODS[rules.method](Learnt(grid, crimes, lambda: _crimes(recorded_crime, until, every), residents), rules)


def score(model: Model, *, day: object = None) -> NDArray[np.float64]:
    """Score of each cell, shape (cells,); the same for every day after the last month learnt."""
    return model.scores


def _crimes(recorded_crime: pd.DataFrame, until: str | dt.date, weights: pd.Series) -> AtPoints:
    rows = usable(recorded_crime, until=until, crime_types=tuple(weights.index))
    return crimes_at_points(recorded_crime[rows], weights)
