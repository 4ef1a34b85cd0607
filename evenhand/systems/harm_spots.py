"""Harm spots: which small squares hold most recorded violence, weighted by harm?

The method behind Grip, as Essex Police piloted it in Southend-on-Sea in 2020: a kernel density of a
year of serious violence, each offence weighted by a harm index, and the 20 highest squares of
150 m patrolled.

Reconstructed: the published method on published crime points. Not reconstructed: the force's own
records, its selection of offences within a category, and every setting listed in CARD.readings.

Steps, in order:  usable -> weights_for -> kernel_matrix -> fit -> score; then flagging.flag

Source: Basford, Sims, Agar, Harinam & Strang (2021), Cambridge Journal of Evidence-Based Policing 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..places.density import kernel_matrix
from ..tables.citation import Citation
from ..tables.errors import BadSetting
from .card import Card, Reading
from .harm_weights import weights_for
from .outcomes import VIOLENCE, crime_types_of
from .records import distinct_points, events_of, usable

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ..places.grid import Grid

CARD = Card(
    slug="harm-spots",
    title="Harm spots (Grip)",
    kind="place",
    operators=("essex-police",),
    learns_from="points of recorded violence, robbery and drug offences; months, no days",
    columns=("month", "x_m", "y_m", "crime_type", "events"),
    flags="20 squares of 150 m",
    horizon="the next month; the operator patrolled for 90 days",
    fidelity="close",
    sources=(
        Citation("Basford, Sims, Agar, Harinam & Strang (2021), Cambridge Journal of Evidence-Based Policing 5", doi="10.1007/s41887-021-00067-2"),
        Citation("Amnesty International UK (2025), Automated Racism, section 3.1.1, notes 185-196"),
        Citation("Silverman (1986), Density Estimation, equation 4.5 (quartic kernel)", mark="recalled"),
    ),
    readings=(
        Reading(
            "outcome",
            "Which police.uk categories stand for the serious assault, robbery and drug trafficking of the study?",
            "violence-robbery-drugs",
            VIOLENCE,
            "the nearest categories that are published; each is far wider than the offences named",
            "which records count at all",
        ),
        Reading(
            "weights",
            "How much harm is one recorded crime of a category?",
            "css-median",
            ("css-median", "css-mean", "cchi-quoted", "equal"),
            "open licence, and the median is not moved by the rarest offences",
            "how far robbery outweighs violence, and whether drugs count for anything",
        ),
        Reading(
            "transform",
            "Is harm used as it is, or damped?",
            "raw",
            ("raw", "sqrt"),
            "the study says no more than 'weighted'; a co-author later reported damping by the square root",
            "how far one grave offence can make a spot by itself",
        ),
        Reading(
            "kernel",
            "Which kernel?",
            "quartic",
            ("quartic", "epanechnikov", "triangular", "uniform", "gaussian"),
            "the usual choice of mapping software; the study names none",
            "how harm fades with distance",
        ),
        Reading(
            "bandwidth_m",
            "How far does one crime spread?",
            150.0,
            (75.0, 150.0, 300.0, 550.0),
            "the study speaks of clusters 'within a 150-m area'; a co-author's later demonstration used 550",
            "how far neighbouring squares lend each other harm",
            unit="m",
        ),
        Reading(
            "cell_m",
            "How large is a square?",
            150.0,
            (100.0, 150.0, 200.0, 250.0),
            "150 m by 150 m in press reports; the paper prints '150m2'",
            "how much ground and how many people 20 spots hold",
            unit="m",
        ),
        Reading(
            "rule",
            "May two spots touch?",
            "top-cells",
            ("top-cells", "spaced-cells"),
            "the simplest; the published map shows squares that touch",
            "how widely the spots are spread",
        ),
    ),
    not_rebuilt=(
        "the year of the force's own records (here: the months published and chosen in the study file)",
        "leaving out domestic and indoor offences, which published categories do not tell apart",
        "drawing the spots' borders by hand along streets",
        "patrols, and whether they worked",
    ),
    known=(
        "Essex Police developed it in 2020 and piloted it in Southend-on-Sea; the Home Office made it the model of the Grip programme elsewhere (Amnesty "
        "International UK 2025, section 3.1.1, notes 183 to 187).",
        "Twenty spots were identified from serious assaults, robbery and drug dealing, by a kernel density of clusters within 150 m weighted by the Cambridge "
        "Crime Harm Index (Amnesty International UK 2025, section 3.1.1, notes 186 to 191).",
        "The spots were said to hold 20 % of all violence and 41 % of all harm in 2.6 % of the ground, 277 offences (Amnesty International UK 2025, section "
        "3.1.1, note 192).",
        "Eight spots a day were patrolled, drawn at random, over 90 days (Amnesty International UK 2025, section 3.1.1, note 193).",
        "Its authors report 31 % fewer street-visible crimes on patrol days; the report finds no conclusive evidence of an effect on crime (Amnesty "
        "International UK 2025, section 3.1.1, note 195).",
    ),
    next_review="2027-11",
)


@dataclass(frozen=True)
class Model:
    """Harm density at each cell's centre, per square metre; shape (cells,)."""

    harm_density: NDArray[np.float64]


def contributions(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    outcome: str = "violence-robbery-drugs",
    weights: str = "css-median",
    transform: str = "raw",
    kernel: str = "quartic",
    bandwidth_m: float = 150.0,
) -> csr_array:
    """What one recorded crime of each row adds to each cell's score; sparse, shape (cells, rows).

    The score is a sum over crimes, so dropping or redrawing crimes needs no second fit. Rows that may not be
    learnt from add nothing.

    Raises:
        BadSetting: an unknown outcome, set of weights, transform or kernel.
    """
    from scipy.sparse import csr_array

    crime_types = crime_types_of(outcome)
    rows = np.flatnonzero(usable(recorded_crime, until=until, crime_types=crime_types))
    used = recorded_crime.iloc[rows]
    harm = used["crime_type"].map(_damped(weights_for(weights, crime_types), transform)).to_numpy(dtype=float)
    points, which = distinct_points(used)
    near = kernel_matrix(grid.centres_m, points, kernel=kernel, bandwidth_m=bandwidth_m)
    spread = csr_array((harm, (which, rows)), shape=(len(points), len(recorded_crime)))
    return csr_array(near @ spread)


def fit(recorded_crime: pd.DataFrame, grid: Grid, *, until: str | dt.date, **settings: object) -> Model:
    """Learn the harm surface from crimes recorded up to and including a month.

    Args:
        recorded_crime: the declared table, with x_m and y_m; rows later than `until` are not used.
        grid: the cells; the density is taken at their centres.
        until: last month, or a day: then whole months up to it.
        settings: readings of the card that concern the surface: outcome, weights, transform, kernel, bandwidth_m.
    """
    each = contributions(recorded_crime, grid, until=until, **settings)  # type: ignore[arg-type]
    return Model(np.asarray(each @ events_of(recorded_crime)))


def score(model: Model, *, day: object = None) -> NDArray[np.float64]:
    """Score of each cell, shape (cells,); the same for every day after the last month learnt."""
    return model.harm_density


def _damped(weights: pd.Series, transform: str) -> pd.Series:
    if transform not in ("raw", "sqrt"):
        raise BadSetting(f"There is no transform '{transform}'. Known: raw, sqrt.")
    return weights if transform == "raw" else weights**0.5
