"""How much of an area model's map comes from who lives there, and how much from the record of crime?

Three ways to ask, for none is the whole answer:

- `ablated` fits the model again without one family of inputs or several, and compares the maps: how alike their rankings are,
  and which share of the flagged squares changes. It also splits the ranking of the full map in two, by Shapley's rule.
- `linear_parts` splits the spread of a regression's log rates among the families: exact, for that regression.
- `coefficient_table` gives each input's coefficient with its interval, per standard deviation, so that inputs can be compared.

A forest knows each area again by its census figures (area_models.py), so that without earlier crimes it still follows them. For
the split by Shapley's rule the forests of one family are therefore asked about areas they have not seen.

Read with care: where areas' rates hardly differ (`unevenness`), there is little to split, and the split is chance. Earlier
crimes and who lives there go together, and a model without the one leans on the other. That a map hardly changes without the
census does not mean that it treats areas alike; nor that the record is free of who lives there.

Source: Shapley (1953), A value for n-person games; Grömping (2007), The American Statistician 61(2), 139-147 (shares of
variance of correlated inputs, and why there are several) (recalled).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from . import socio_economic
from .area_inputs import CRIME, DEPRIVATION, INPUTS, RESIDENTS
from .flagging import flag

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid

WHO = "who lives there"
LEFT_OUT = {
    "all": "",
    "crime-only": WHO,
    "residents-and-deprivation": CRIME,
    "crime-and-deprivation": RESIDENTS,
    "crime-and-residents": DEPRIVATION,
    "residents-only": f"{CRIME} and {DEPRIVATION}",
}
"""What each choice of inputs leaves out."""


@dataclass(frozen=True)
class Ablation:
    """Maps of one model with and without families of inputs.

    Attributes:
        table: one row a choice of inputs: inputs, left_out, rank_correlation of its squares' scores with the full map's,
            rate_rank_correlation of its areas' rates with the full map's (squares also follow how many live in them, whatever the
            inputs; rates do not), changed_share (of the squares that the full map flags, the share that this one does not), flagged
            (how many this one flags).
        shares_of_ranking: of the full map's ranking of areas by rate, what comes from who lives there and what from earlier crimes;
            together 1.
        unevenness: standard deviation of the full map's rates of areas over their mean; near 0 the shares mean nothing.
        scores: of each choice of inputs, shape (cells,) each.
        reasons: choices that could not be fitted, and why.
    """

    table: pd.DataFrame
    shares_of_ranking: dict[str, float]
    unevenness: float
    scores: dict[str, NDArray[np.float64]]
    reasons: dict[str, str]


def ablated(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    residents: pd.DataFrame,
    deprivation: pd.DataFrame | None = None,
    k: int = 20,
    rule: str = "top-cells",
    **settings: Any,
) -> Ablation:
    """Fit the model with every choice of inputs, and compare the maps.

    Args:
        recorded_crime, grid, until, residents, deprivation: as for socio_economic.fit; without deprivation the choices that need it are not made.
        k, rule: how squares are flagged.
        settings: readings of the card, inputs aside.

    Raises:
        BadSetting: `inputs` among the settings: all of them are tried.
        CannotAnswer: the full model, or one of the two it is compared with by Shapley's rule, cannot be fitted.
    """
    if "inputs" in settings:
        raise BadSetting("Every choice of `inputs` is tried here, so none can be given.")

    def fitted(inputs: str, **more: str) -> socio_economic.Model:
        return socio_economic.fit(recorded_crime, grid, until=until, residents=residents, deprivation=deprivation, inputs=inputs, **{**settings, **more})

    census = "residents-only" if deprivation is None else "residents-and-deprivation"
    models: dict[str, socio_economic.Model] = {}
    reasons: dict[str, str] = {}
    for inputs in LEFT_OUT:
        if deprivation is None and inputs != "all" and DEPRIVATION in INPUTS[inputs]:
            continue
        try:
            models[inputs] = fitted(inputs)
        except CannotAnswer as reason:
            if inputs in ("all", "crime-only", census):
                raise
            reasons[inputs] = str(reason)
    is_forest = models["all"].learnt.regression is None
    alone = [fitted(inputs, own_area="held-out") if is_forest else models[inputs] for inputs in ("crime-only", census)]
    full = _rates(models["all"])
    scores = {inputs: socio_economic.score(model) for inputs, model in models.items()}
    table = _compared(models, grid, k=k, rule=rule, has_deprivation=deprivation is not None)
    return Ablation(table, shares_of_ranking(full, *map(_rates, alone)), float(full.std() / full.mean()), scores, reasons)


def shares_of_ranking(full: NDArray[np.float64], crime_only: NDArray[np.float64], census_only: NDArray[np.float64]) -> dict[str, float]:
    """Shapley's split, between two families of inputs, of how far they reproduce the full ranking.

    What a set of inputs is worth is the squared rank correlation of its rates with the full model's: 0 for none of them, for
    then all areas have one rate; 1 for all. Each family's share is the mean of what it adds alone and what it adds last.

    Args:
        full, crime_only, census_only: rates of areas, shape (areas,).

    Raises:
        CannotAnswer: the full model gives every area the same rate, so there is no ranking.

    Example:
        >>> full = np.array([1.0, 2.0, 3.0, 4.0])
        >>> shares_of_ranking(full, np.ones(4), full**2)
        {'who lives there': 1.0, 'earlier crimes': 0.0}
    """
    if np.ptp(full) <= 1e-12 * np.abs(full).max():
        raise CannotAnswer("The full model gives every area the same rate, so there is no ranking to share out.")
    crime, census = rank_correlation(crime_only, full) ** 2, rank_correlation(census_only, full) ** 2
    return {WHO: (census + 1 - crime) / 2, CRIME: (crime + 1 - census) / 2}


def rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Spearman's, ties sharing their mean rank; 0 where either is the same everywhere. Values that agree to 12 digits are tied.

    Example:
        >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([10.0, 30.0, 20.0]))
        0.5
    """
    from scipy.stats import rankdata

    ranks = [rankdata(np.round(values / max(float(np.abs(values).max()), np.finfo(float).tiny), 12)) for values in (one, other)]
    apart = [rank - rank.mean() for rank in ranks]
    size = float(np.linalg.norm(apart[0]) * np.linalg.norm(apart[1]))
    return round(float(apart[0] @ apart[1]) / size, 12) if size > 0 else 0.0


def linear_parts(model: socio_economic.Model) -> dict[str, float]:
    """Shares of the spread of a regression's log rates that families of inputs account for; together 1.

    A family's share is the covariance of its part of the log rate with the whole, over the variance of the whole. It is
    negative where a family works against the rest.

    Raises:
        CannotAnswer: the model is a forest, or every area has the same rate.
    """
    learnt = model.learnt
    if learnt.regression is None:
        raise CannotAnswer("A forest has no coefficients to split. Choose another reading of `variant`, or use `ablated`.")
    parts = learnt.inputs_now * learnt.regression.coefficients[1:]
    parts = parts - parts.mean(axis=0)
    whole = parts.sum(axis=1)
    if not whole @ whole > 1e-18 * len(whole):
        raise CannotAnswer("The model gives every area the same rate, so there is no spread to share out.")
    share = parts.T @ whole / (whole @ whole)
    return {family: float(sum(one for one, its in zip(share, learnt.families, strict=True) if its == family)) for family in dict.fromkeys(learnt.families)}


def coefficient_table(model: socio_economic.Model, *, level: float = 0.95) -> pd.DataFrame:
    """What each input does to the rate: one row an input.

    Args:
        model: of the regression.
        level: coverage of the intervals, between 0 and 1. They know of the counts' scatter; not that neighbours are alike, nor of
            the pull of a ridge.

    Returns:
        Columns input, family, coefficient, low, high (log ratios per standard deviation among areas), ratio (times the rate).

    Raises:
        CannotAnswer: the model is a forest.
    """
    import pandas as pd

    learnt = model.learnt
    if learnt.regression is None:
        raise CannotAnswer("A forest has no coefficients. Choose another reading of `variant`, or use `ablated`.")
    low, high = learnt.regression.interval(level)
    each = learnt.regression.coefficients[1:]
    return pd.DataFrame(
        {"input": learnt.names, "family": learnt.families, "coefficient": each, "low": low[1:], "high": high[1:], "ratio": np.exp(each)}
    )


def as_ablated_scores(ablation: Ablation, grid: Grid) -> pd.DataFrame:
    """The maps as the declared table `ablated_scores`, which the audits of inputs read: one row a square and thing left out."""
    import pandas as pd

    left_out = ablation.table.set_index("inputs")["left_out"]
    maps = [pd.DataFrame({"unit_code": grid.codes, "left_out": left_out[inputs], "score": one}) for inputs, one in ablation.scores.items()]
    return pd.concat(maps, ignore_index=True)


def _rates(model: socio_economic.Model) -> NDArray[np.float64]:
    there = model.base > 0
    return np.asarray(model.learnt.expected[there] / model.base[there])


def _compared(models: dict[str, socio_economic.Model], grid: Grid, *, k: int, rule: str, has_deprivation: bool) -> pd.DataFrame:
    import pandas as pd

    flags = {inputs: flag(model.cells, grid, k=k, rule=rule) for inputs, model in models.items()}
    full = flags["all"]
    return pd.DataFrame(
        [
            {
                "inputs": inputs,
                "left_out": CRIME if inputs == "residents-only" and not has_deprivation else LEFT_OUT[inputs],
                "rank_correlation": rank_correlation(model.cells, models["all"].cells),
                "rate_rank_correlation": rank_correlation(_rates(model), _rates(models["all"])),
                "changed_share": float((full & ~flags[inputs]).sum() / full.sum()),
                "flagged": int(flags[inputs].sum()),
            }
            for inputs, model in models.items()
        ]
    )
