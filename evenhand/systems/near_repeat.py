"""Near repeats: where was a burglary recorded lately, and so, it is held, is another one likely close by?

Research found burglaries to follow burglaries within some 400 m and two months. Two British maps were made of it. ProMap (Bowers,
Johnson & Pease 2004) adds up, for each cell, the recent crimes around it, each counting less the farther off and the longer ago.
Trafford's (Greater Manchester Police, 2010-11) drew a buffer around each burglary, in a colour for its age, over three weeks.

Reconstructed: both rules, as a sum over crimes. Not reconstructed: how the paper measured distance, which is ambiguous and so three
readings (metric, unit, measured_from); the radius and colours of Trafford's buffers; the Metropolitan Police's trial of 2013, of
which no rule was found in public: see CARD.not_rebuilt.

Steps, in order:  usable_days -> cells_near -> contributions (nearness x freshness) -> fit -> score; then flagging.flag

Nearness is 1 / (1 + d) in ProMap and 1 within Trafford's disc; freshness is 1 / (1 + t), or the weight of the week's colour. "Today" is
the last day learnt: a crime of today is 0 days old, t is its age in complete weeks, and a window of 56 days holds ages 0 to 55. A
distance of exactly `reach_m` counts.

Read with care: the map shows where crime was just recorded, and calls it what comes next. It needs days: drawn by lot (police.uk has
months only), weeks within a month mean nothing. On twenty made-up towns of 300 burglaries, cells of 50 m, one cell in twenty flagged:
of the ground flagged by default, 78 to 90 % stays flagged, on average, under the other readings of distance (metric, unit,
measured_from), and 52 % under Trafford's rule. A plain count of so small cells marks only those where something was recorded, far
less ground: set the two beside each other on larger cells, or at the same ground. A score is an order, not a chance.

Source: Bowers, Johnson & Pease (2004), British Journal of Criminology 44(5), 641-658; Johnson et al. (2007), Home Office Online Report
19/07; Fielding & Jones (2012), International Journal of Police Science & Management 14(1), 30-41.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting
from .card import Card, Reading
from .cells_near import METRICS, cells_near
from .outcomes import VIOLENCE, crime_types_of
from .records import distinct_points, events_of, last_day, usable_days

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ..places.grid import Grid

VARIANTS = ("promap", "trafford")
PARTS = {"half-cell": 2, "whole-cell": 1}
"""How many units of distance make the side of a cell."""
MEASURED_FROM = ("event", "cell")
COLOURS = ("evenly", "newest-first", "alike")

CARD = Card(
    slug="near-repeat",
    title="Near-repeat maps (ProMap, Trafford)",
    kind="place",
    operators=("greater-manchester-police", "metropolitan-police"),
    learns_from="kind, place and day of crime recorded in the last weeks",
    columns=("day", "x_m", "y_m", "crime_type", "events"),
    flags="cells near recent burglaries; how many was not found",
    horizon="the next days; ProMap was judged on the next seven",
    fidelity="close",
    sources=(
        Citation("Bowers, Johnson & Pease (2004), Prospective Hot-Spotting: The Future of Crime Mapping?, British Journal of Criminology 44(5), 641-658 "
                 "(abstract read)", doi="10.1093/bjc/azh036"),
        Citation("PredictCode (University of Leeds), notes on prospective hot-spotting: its reading of the paper, which it finds unclear",
                 url="https://github.com/QuantCrimAtLeeds/PredictCode"),
        Citation("Johnson, Birks, McLaughlin, Bowers & Pease (2007), Prospective Crime Mapping in Operational Context, Home Office Online Report 19/07 "
                 "(abstract, summary and pages on the method read)",
                 url="https://ojp.gov/ncjrs/virtual-library/abstracts/prospective-crime-mapping-operational-context-final-report"),
        Citation("Johnson, Bowers, Birks & Pease (2009), Predictive Mapping of Crime by ProMap: Accuracy, Units of Analysis, and the Environmental "
                 "Backcloth (abstract read)", url="https://caer.org.uk/publications/1cb82c10769f6a126460a41be719b1f610b706c6/"),
        Citation("Fielding & Jones (2012), Disrupting the Optimal Forager, International Journal of Police Science & Management 14(1), 30-41 "
                 "(abstract read)", doi="10.1350/ijps.2012.14.1.260"),
        Citation("Fielding & Jones (2012), Repeat Victimisation: Road to Reduction, submission for the Goldstein Award (summary read)",
                 url="https://docslib.org/doc/7954956/repeat-victimisation-road-to-reduction"),
        Citation("Jones & Fielding (2011), Disrupting the Optimal Forager, slides, National Community Safety Conference, 8 June 2011",
                 url="https://slideplayer.com./amp/7845629"),
        Citation("Bullen (2011), Predictive Mapping, GMAC Wigan, slides, 9 November 2011",
                 url="https://vdocument.in/predictive-mapping-gmac-wigan-2011.html"),
        Citation("Amnesty International UK (2025), Automated Racism, section 1.4.1 and notes 59-65"),
        Citation("Canterbury Christ Church University (2015), Evaluation of the MPS Predictive Policing Trial (redacted) (abstract read)",
                 url="https://pure.canterbury.ac.uk/en/publications/evaluation-of-the-mps-predictive-policing-trial-redacted-2/"),
        Citation("London Assembly, Questions to the Mayor, 2017/2032, Data used to predict criminal offences, 22 March 2017",
                 url="https://www.london.gov.uk/questions/2017/2032"),
    ),
    readings=(
        Reading("variant", "Whose map?", "promap", VARIANTS, "the one whose rule is published",
                "whether nearness fades within the radius, and how far back the map looks", mark="known"),
        Reading("outcome", "Which categories are fed in?", "burglary", ("burglary", "burglary-vehicle", *VIOLENCE),
                "both were made for domestic burglary; police.uk's category holds other burglary too; the report of 2007 asked for trials on other kinds",
                "which records count at all", mark="known"),
        Reading("reach_m", "How far does one crime reach?", 400.0, (200.0, 400.0, 800.0),
                "400 m in the paper and in what Trafford began from; what radius Trafford drew was not found",
                "how much of a town lies near some recent crime", unit="m", mark="known"),
        Reading("window_days", "ProMap: how long is two months?", 56, (42, 56, 61),
                "eight weeks in the report of 2007; six weeks to two months in the article Trafford began from",
                "nothing under trafford; how long an old crime holds a cell up", unit="days", mark="known"),
        Reading("metric", "ProMap: how is distance measured?", "euclidean", METRICS,
                "the plain meaning of distance; the paper does not say, and PredictCode offers the other two, for steps from cell to cell",
                "nothing under trafford; whether cells along a diagonal count as nearer or farther"),
        Reading("unit", "ProMap: in what is distance counted?", "half-cell", tuple(PARTS),
                "complete half widths of a cell stand in the paper's formula, as PredictCode reads it; its code counts whole cells",
                "nothing under trafford; how fast a crime's weight fades", mark="known"),
        Reading("measured_from", "ProMap: from the crime's point, or from its cell?", "event", MEASURED_FROM,
                "PredictCode's notes measure from the event to the cell's centre, its code from cell to cell",
                "nothing under trafford; whether the cell of the crime itself always counts in full"),
        Reading("weeks", "Trafford: over how many weeks?", 3, (3, 6, 8), "cut from six to three by the force",
                "nothing under promap; how many buffers there are at once", unit="weeks", mark="known"),
        Reading("colours", "Trafford: how much does each week's colour count for?", "evenly", COLOURS,
                "the map was read by eye: evenly is 3, 2, 1 for the first, second, third week; newest-first lets no number of older buffers outdo "
                "a newer one; alike asks only how many buffers overlap",
                "nothing under promap; whether one fresh crime outweighs several older ones"),
        Reading("cell_m", "How large is a cell?", 50.0, (50.0, 100.0, 150.0),
                "10 m and 50 m have been used, by PredictCode's notes",
                "under promap how fast weight fades, since distance is counted in cells; and, where as many cells are flagged, how much ground",
                unit="m", mark="known"),
    ),
    not_rebuilt=(
        "times of day: ProMap could be drawn for each of three shifts, and Trafford's areas had bands of hours; the declared table has days only",
        "the Metropolitan Police's trial (four boroughs in February 2013, 14 later that year): said to follow Greater Manchester's model; its radius, "
        "window, colours and squares were not found in public, nor how its later in-house model ('MBR') worked (the evaluation of 2015 is redacted, and was "
        "read in abstract), so there is no reading for it",
        "Trafford's buffers as drawn: radius, colours (the article was read in abstract only) and what an officer made of overlapping ones; here the "
        "disc is of whole cells, those whose centre lies in it",
        "roads, housing and barriers, which ProMap's authors went on to consider",
        "phase 2 in Trafford ('super-cocooning': visits to victims and neighbours), and patrols, and whether they worked",
    ),
    known=(
        "Homes within 400 m of a burgled one were found at higher risk for up to two months (Bowers, Johnson & Pease 2004, abstract); in the East Midlands "
        "up to around 400 m for at least one month, in most cases up to around eight weeks (Home Office Online Report 19/07, summary).",
        "ProMap is said to have located 78 % of the burglaries of the next seven days, a retrospective map 51 % (Home Office Online Report 19/07, abstract). "
        "The report itself says that the prospective maps marked more cells, so that the two are not strictly comparable (the same, at figure 2.4).",
        "Greater Manchester Police's Trafford division mapped burglaries with date-dependent, colour-coded buffers and sent police and others there "
        "(Amnesty International UK 2025, section 1.4.1, notes 60-61).",
        "Trafford cut the window from six weeks to three, drew coloured buffers for the fading risk and added times of day (Jones & Fielding 2011, slides).",
        "61 % of the burglaries of the year before (n = 752) would have been within a predicted area; of how much ground is not said (Fielding & Jones, "
        "submission for the Goldstein Award, summary).",
        "Burglaries fell by 26.6 % (327) from 12 May 2010 to 10 May 2011 against the year before, more than in its peer groups (Fielding & Jones 2012, "
        "abstract). One area before and after, set beside peers: there was no control group, so the fall cannot be put down to the maps.",
        "In Wigan, another division, a look at it in 2005/6 found it not useful: 400 m from any burglary in Leigh covers all of Leigh (Bullen 2011, slides).",
        "The Mayor of London said in 2013 that the Metropolitan Police tried predictive mapping against burglary, based on Greater Manchester's model, in four "
        "boroughs from February; later that year he called it a technique of the Los Angeles Police Department, made available to 14 boroughs so far "
        "(Amnesty International UK 2025, section 1.4.1, notes 63-65).",
        "By late 2014 the Metropolitan Police had three commercial products in two boroughs each and an in-house model in the other 26 (Canterbury Christ "
        "Church University 2015, abstract).",
        "In 2017 its own maps showed the top 10 or 20 squares of 250 m for 16 kinds of crime, every day (London Assembly, question 2017/2032).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """The map as of one day.

    Attributes:
        risk: score of each cell, no unit: crimes nearby, discounted by distance and age; shape (cells,).
        last_day: the last day learnt from.
    """

    risk: NDArray[np.float64]
    last_day: np.datetime64


def contributions(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    variant: str = "promap",
    outcome: str = "burglary",
    reach_m: float = 400.0,
    window_days: int = 56,
    metric: str = "euclidean",
    unit: str = "half-cell",
    measured_from: str = "event",
    weeks: int = 3,
    colours: str = "evenly",
) -> csr_array:
    """What one recorded crime of each row adds to each cell's score; sparse, shape (cells, rows).

    Crimes outside the place reach into it. Rows that may not be learnt from, or lie before the window, add nothing.

    Args:
        recorded_crime: the declared table, with day, x_m and y_m; rows without a day or a point are not used.
        grid: the cells.
        until: the last day, or a month: then its last day.
        variant, outcome, reach_m, window_days, metric, unit, measured_from, weeks, colours: readings of the card.

    Raises:
        MissingColumn: the table has months only.
        EmptyTable: nothing to learn from in the window.
        BadSetting: an unknown choice of a reading, or a reach or window of nothing.

    Example:
        >>> import geopandas as gpd, pandas as pd, shapely
        >>> from evenhand.places.grid import make_grid
        >>> street = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 200, 50)], crs="EPSG:27700")
        >>> row = {"day": "2024-02-20", "x_m": 25.0, "y_m": 25.0, "crime_type": "Burglary"}
        >>> grid = make_grid(street, cell_m=50)
        >>> each = contributions(pd.DataFrame([row]), grid, until="2024-02")  # nine days old, so t = 1
        >>> each.toarray().ravel().round(4).tolist()  # d = 0, 2, 4, 6 half widths
        [0.5, 0.1667, 0.1, 0.0714]
    """
    from scipy.sparse import csr_array

    _require_known(variant=(variant, VARIANTS), unit=(unit, tuple(PARTS)), measured_from=(measured_from, MEASURED_FROM), colours=(colours, COLOURS))
    is_promap = variant == "promap"
    if not is_promap and weeks < 1:
        raise BadSetting(f"weeks={weeks!r} leaves no buffer to draw; give 1 or more.")
    window = window_days if is_promap else 7 * weeks
    rows, ago = usable_days(recorded_crime, until=until, window_days=window, crime_types=crime_types_of(outcome))
    points, which = distinct_points(recorded_crime.iloc[rows])
    near = cells_near(points, grid, reach_m=reach_m, metric=metric if is_promap else "euclidean", from_cell=is_promap and measured_from == "cell")
    week = (ago - 1) // 7
    if is_promap:
        near.data = 1 / (1 + whole(near.data * PARTS[unit]))
    else:
        near.data[:] = 1.0
    freshness = 1 / (1 + week) if is_promap else colour_weights(colours, weeks)[week]
    return csr_array(near @ csr_array((freshness, (which, rows)), shape=(len(points), len(recorded_crime))))


def fit(recorded_crime: pd.DataFrame, grid: Grid, *, until: str | dt.date, **settings: object) -> Model:
    """Draw the map as of one day.

    Args:
        recorded_crime: the declared table, with day, x_m and y_m; rows later than `until` are not used.
        grid: the cells.
        until: the last day, or a month: then its last day.
        settings: readings of the card, as for `contributions`.
    """
    each = contributions(recorded_crime, grid, until=until, **settings)  # type: ignore[arg-type]
    return Model(np.asarray(each @ events_of(recorded_crime)), last_day(until))


def score(model: Model, *, day: dt.date | None = None) -> NDArray[np.float64]:
    """Score of each cell, shape (cells,), no unit.

    Args:
        model: from `fit`.
        day: any after the last day learnt; the map is not aged for it. The operators drew it anew each time: so fit again.

    Raises:
        BadSetting: a day that the model has already seen.
    """
    if day is not None and np.datetime64(day, "D") <= model.last_day:
        raise BadSetting(f"The model has learnt up to {model.last_day}, so it cannot be asked to foresee {day}.")
    return model.risk


def whole(units: NDArray[np.float64]) -> NDArray[np.float64]:
    """Complete units, rounded down; a rounding error below a whole number does not cost a unit.

    Example:
        >>> whole(np.array([0.99, 1.0, 2.9999999999999996])).tolist()
        [0.0, 1.0, 3.0]
    """
    return np.floor(units + 1e-9)


def colour_weights(colours: str, weeks: int) -> NDArray[np.float64]:
    """What a buffer counts for by its age in whole weeks, the newest first; shape (weeks,).

    `newest-first` parts weeks by a thousand, so it holds as long as no cell lies in a thousand buffers of one week.

    Example:
        >>> colour_weights("evenly", 3).tolist(), colour_weights("newest-first", 3).tolist(), colour_weights("alike", 3).tolist()
        ([3.0, 2.0, 1.0], [1.0, 0.001, 1e-06], [1.0, 1.0, 1.0])
    """
    age = np.arange(weeks)
    return {"evenly": (weeks - age).astype(float), "newest-first": 10.0 ** (-3 * age), "alike": np.ones(weeks)}[colours]


def _require_known(**given: tuple[str, tuple[str, ...]]) -> None:
    for name, (value, known) in given.items():
        if value not in known:
            raise BadSetting(f"There is no {name} '{value}'. Known: {', '.join(known)}.")
