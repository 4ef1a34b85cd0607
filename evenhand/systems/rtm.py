"""Risk terrain modelling: which features of the ground go with recorded crime nearby?

Each cell is marked by what lies near it or lies dense about it: bars, schools, takeaways. Marks that help a model of counts
foretell past recorded crime are kept, one a factor; their effects multiply into a score, the relative risk score, which is 1
where nothing is near. Sold as RTMDx; used by Essex, Metropolitan and Merseyside Police.

Reconstructed: the published method, its models of counts, its selection and its arithmetic. Not reconstructed: the forces'
records and lists of features, and every default that is not published: see CARD.readings and CARD.not_rebuilt.

Steps, in order:  counts_of, factors_of -> feature_layers.layers_of -> poisson_path.cross_validated
-> stepwise.stepwise in both families -> score; then flagging or priority_places, and for a report factor_table and selection_frequency

Read with care: a relative risk value is estimated on the very cells that chose its factor, so it is too high, most where
the factor is weak, for chance has to help it in: in made-up towns a value planted as 1.28 came out as 1.5 where it was chosen.
Neighbouring cells are alike, so BIC lets in more than it should: of factors that did not matter 1 in 100 was chosen where cells
were independent, 16 in 100 where counts were alike over 600 m, and then three maps in four held one (tests/systems/
test_rtm_planted.py). Which distance is chosen, and whether a weak factor is in, may change with a handful of
crimes: see `selection_frequency`. "Dense" hangs on where the place's outline is drawn. Going together is not causing: a
takeaway that marks a poor street marks who lives there. With recorded crime among the factors the map feeds on police work.

Source: Caplan, Kennedy & Miller (2011), Justice Quarterly 28(2); Agar et al. (2023), Justice Quarterly 40(7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting, CannotAnswer
from .card import AlsoReads, Card
from .feature_layers import Layers, Rules, layers_of
from .records import needed
from .relative_risk import Risk, check_priority, frequency_table, priority_of, risks_table
from .rtm_inputs import counts_of, factors_of, signs_of
from .rtm_readings import READINGS
from .rtm_selection import Choosing, Chosen, blocks_of, choose, frequency_of

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid

CARD = Card(
    slug="rtm",
    title="Risk terrain modelling (RTMDx)",
    kind="place",
    operators=("essex-police", "metropolitan-police", "merseyside-police"),
    learns_from="features of the built environment, as points or counted by area; points of past recorded crime. Months, no days",
    columns=("month", "x_m", "y_m", "crime_type", "events"),
    flags="cells of half a block with the highest relative risk score",
    horizon="the months after those learnt from; Essex acted on one model for half a year",
    fidelity="close",
    sources=(
        Citation("Amnesty International UK (2025), Automated Racism, section 3.2, notes 272-460"),
        Citation("Agar, Bradford, Caplan, Kennedy & Johnson (2023), The Essex Risk-Based Policing Initiative, Justice Quarterly 40(7), 1024-1044, "
                 "Table 2 as reprinted in Automated Racism", doi="10.1080/07418825.2023.2209163"),
        Citation("University of Leeds, RTMDx model report of 12 June 2014 (a published run: call, coefficients, deviance, AIC, SBC)"),
        Citation("Caplan, Kennedy & Piza, RTMDx Utility User Manual, with Heffner's statistical appendix (2013)", mark="recalled"),
        Citation("Caplan, Kennedy & Miller (2011), Risk terrain modeling, Justice Quarterly 28(2), 360-381",
                 doi="10.1080/07418825.2010.486037", mark="recalled"),
        Citation("Rigby & Stasinopoulos (2005), Generalized additive models for location, scale and shape, Applied Statistics 54(3) (NBII)", mark="recalled"),
    ),
    known=(
        "Users may give up to 30 risk factors, of their own choosing (Amnesty International UK 2025, section 3.2)",
        "Proximity is being within a distance of a feature, density a high concentration of features (Amnesty International UK 2025, section 3.2)",
        "A prediction is the expected count of events (Amnesty International UK 2025, section 3.2)",
        "Essex gave 20 kinds of feature, calls to police about drugs among them, and kept 11 (Amnesty International UK 2025, section 3.2.1 and Table 2)",
        "Calls about drugs had the highest value of the 11, 4.519 within 300 m (Amnesty International UK 2025, Table 2)",
        "The Metropolitan Police puts in home addresses of known offenders, exact to a few metres (Amnesty International UK 2025, section 3.2.2)",
        "In Paris, schools, shops and metro stations are among the factors (Amnesty International UK 2025, section 3.2)",
        "A study of Belfast kept arrests, public housing and the shares of Black and of male residents (Amnesty International UK 2025, section 3.2)",
        "A study of Little Rock put in income, unemployment, benefits, the share of African American residents and that of single mothers' households "
        "(Amnesty International UK 2025, section 3.2)",
        "Merseyside Police has stopped using it; it confirmed what was known already (Amnesty International UK 2025, section 3.2.3)",
        "Cells are half a block; an elastic net comes before stepwise selection by BIC, in Poisson and in gamlss's NBII (Leeds run of 12 June 2014)",
    ),
    readings=READINGS,
    also_reads=(
        AlsoReads("features", ("feature_type", "x_m", "y_m"), False, "points of interest, one factor for each kind"),
        AlsoReads("area_features", ("area_code", "feature_type", "features"), False,
                  "features counted by area, spread evenly over its ground: density only, since where in the area they are is not known"),
    ),
    not_rebuilt=(
        "the forces' own records and lists of features; calls to police, for which recorded crime of a kind can stand",
        "factors drawn as lines or polygons, and streets as the units of the map",
        "factors that say who lives in an area, which studies of Belfast and Little Rock put in",
        "the package that RTMDx called for the penalised fit, whose way of choosing its two penalties is not published",
        "the vendor's later online service, which may differ from the utility of 2013-15",
        "interventions, and whether they worked",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """What has been learnt.

    Attributes:
        risks: the factors, in the order they came in; none where nothing was found to go with the crimes.
        relative_risk: relative risk score, 1 for the cell least at risk; shape (cells,).
        expected: expected count over the months learnt from; shape (cells,).
        chosen: how the factors were chosen, and the fit.
        layers, signs, rules: the candidate columns, which way each may point, and how to choose.
        counts: crimes learnt from, shape (cells,).
        priority: which cells `priority_places` puts forward.
    """

    risks: tuple[Risk, ...]
    relative_risk: NDArray[np.float64]
    expected: NDArray[np.float64]
    chosen: Chosen
    layers: Layers
    signs: NDArray[np.int64]
    rules: Choosing
    counts: NDArray[np.float64]
    priority: str


def fit(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    features: pd.DataFrame | None = None,
    area_features: pd.DataFrame | None = None,
    outcome: str = "violence-robbery",
    block_m: float = 300.0,
    increment: str = "half",
    max_blocks: int = 2,
    operationalisation: str = "both",
    near_rule: str = "centre",
    edge: str = "counted",
    kernel: str = "quartic",
    threshold_sd: float = 2.0,
    threshold_cells: str = "all",
    crime_factors: tuple[str, ...] = (),
    made_up: bool = False,
    signs: str = "aggravating",
    protective: tuple[str, ...] = (),
    folds: int = 10,
    seed: int = 1,
    l1_share: float = 0.5,
    penalty_rule: str = "lowest",
    one_per_factor: bool = True,
    family: str = "lower-bic",
    priority: str = "mean-2sd",
) -> Model:
    """Learn which features go with crimes recorded up to and including a month.

    Args:
        recorded_crime: the declared table, with x_m and y_m; rows later than `until` are not used, as outcome or as factor.
        grid: the cells; half a block wide in RTMDx, here whatever the grid is.
        until: last month, or a day: then whole months up to it.
        features: points of interest; kinds that are people's homes are refused.
        area_features: counts by area of the grid.
        outcome: which crimes are to be explained. The other settings are readings of the card.

    Raises:
        MissingTable: no features, no counts of them, and no crime_factors either.
        EmptyTable: no crime to learn from.
        CannotAnswer: all crimes in one cell, or no usable column.
        BadValue: features that are people's homes; crimes that are not whole numbers.
        BadSetting: an unknown choice of a reading.

    Example:
        >>> import geopandas as gpd, pandas as pd, shapely
        >>> from evenhand.places.grid import make_grid
        >>> area = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 3000, 3000)], crs="EPSG:27700")
        >>> town = make_grid(area, cell_m=150)
        >>> bars = pd.DataFrame({"feature_type": "bar", "x_m": [375.0, 1275, 2475, 525], "y_m": [375.0, 1875, 825, 2625]})
        >>> at = town.centres_m
        >>> near = ((at[:, None] - bars[["x_m", "y_m"]].to_numpy()) ** 2).sum(axis=2).min(axis=1) <= 150**2
        >>> crimes = pd.DataFrame({"month": "2024-01", "x_m": at[:, 0], "y_m": at[:, 1], "crime_type": "Robbery", "events": 1 + 4 * near})
        >>> found = fit(crimes, town, until="2024-01", features=bars)
        >>> factor_table(found)[["factor", "operationalisation", "distance_m", "rrv"]].round(3).to_records(index=False).tolist()
        [('bar', 'proximity', 150.0, 5.0)]
    """
    check_priority(priority)
    rules = Rules(block_m, increment, max_blocks, operationalisation, near_rule, kernel, threshold_sd, threshold_cells)
    choosing = Choosing(folds, seed, l1_share, penalty_rule, one_per_factor, family)
    needed(CARD, features=features, area_features=area_features)
    counts = counts_of(recorded_crime, grid, until=until, outcome=outcome)
    factors = factors_of(
        recorded_crime, grid, until=until, features=features, area_features=area_features, outcome=outcome, crime_factors=tuple(crime_factors), edge=edge,
        made_up=made_up,
    )  # fmt: skip
    layers = layers_of(factors, grid, rules)
    if not layers.columns.shape[1]:
        said = "; ".join(f"{name}: {why}" for name, why in layers.left_out.items())
        raise CannotAnswer(f"No factor marks some cells and not others, so there is nothing to choose from ({said}). Choose another reading.")
    allowed = signs_of(layers, signs=signs, protective=tuple(protective))
    return _model(layers, allowed, choosing, counts, priority)


def score(model: Model, *, day: object = None) -> NDArray[np.float64]:
    """Relative risk score of each cell, shape (cells,), from 1; the same for every day after the last month learnt.

    Raises:
        CannotAnswer: no factor was found to go with the crimes, so the method gives no map.
    """
    if not model.risks:
        raise CannotAnswer(
            f"None of {model.layers.columns.shape[1]} columns of {len(model.layers.names)} factors was found to go with the "
            f"{model.counts.sum():,.0f} recorded crimes, so risk terrain modelling gives no map: every cell would score the same. Choose another reading."
        )
    return model.relative_risk


def selection_frequency(model: Model, grid: Grid, *, redraws: int = 50, block_side_m: float = 1000.0, seed: int = 1) -> pd.DataFrame:
    """How often each mark is chosen when the place's blocks of cells are drawn anew, and everything chosen again.

    Args:
        model: from `fit`.
        grid: the same.
        redraws: how many; each takes as long as the choice in `fit`.
        block_side_m: side of the blocks drawn whole, since neighbouring cells are alike.
        seed: of the lots.

    Returns:
        A row for each mark that was ever chosen, and for those of the model: factor, operationalisation, distance_m, redraws,
        mark_share (redraws that chose this very mark), factor_share (redraws that chose the factor in any way), both 0 to 1.

    Read with care:
        A share is how steady the choice is, not how likely the factor matters: neighbouring marks of one factor share it out
        between them, and one that stands for what nobody listed is chosen steadily too.
    """
    if redraws < 1:
        raise BadSetting(f"redraws={redraws!r}: at least one is needed.")
    marks, factors = frequency_of(
        model.layers.columns, model.counts, factor=model.layers.factor, signs=model.signs, rules=model.rules,
        blocks=blocks_of(grid.centres_m, block_side_m), redraws=redraws, seed=seed,
    )  # fmt: skip
    return frequency_table(model.layers, marks, factors, model.chosen.columns, redraws=redraws)


def factor_table(model: Model, frequency: pd.DataFrame | None = None) -> pd.DataFrame:
    """The model as operators print it: a row a factor, highest relative risk value first.

    Args:
        model: from `fit`.
        frequency: from `selection_frequency`; adds its shares.

    Returns:
        factor, operationalisation, distance_m, rrv, rrv_low, rrv_high, beta, standard_error, and with a frequency mark_share,
        factor_share and redraws. The limits are at 95 % for columns chosen beforehand, which these were not: too narrow, and too high.
    """
    return risks_table(model.risks, frequency)


def priority_places(model: Model) -> NDArray[np.bool_]:
    """The cells put forward, by the reading `priority`; shape (cells,)."""
    return priority_of(score(model), model.priority)


def _model(layers: Layers, signs: NDArray[np.int64], rules: Choosing, counts: NDArray[np.float64], priority: str) -> Model:
    chosen = choose(layers.columns, counts, factor=layers.factor, signs=signs, rules=rules)
    fitted, columns = chosen.selected.fitted, list(chosen.columns)
    linear = layers.columns[:, columns] @ fitted.coefficients[1:]
    risks = tuple(
        Risk(layers.names[layers.factor[j]], layers.operationalisation[j], float(layers.distance_m[j]), float(beta), float(error))
        for j, beta, error in zip(columns, fitted.coefficients[1:], fitted.standard_errors[1:], strict=True)
    )
    return Model(risks, np.exp(linear - linear.min()), np.exp(fitted.coefficients[0] + linear), chosen, layers, signs, rules, counts, priority)
