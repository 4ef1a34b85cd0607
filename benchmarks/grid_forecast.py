"""A forecast of a whole force, 36 months of crimes and searches: from rows to the next month, and the regression alone beside its peers.

    python -m benchmarks.grid_forecast [--quick | --full]

900 squares of 1 km², or 18,000 of 150 m. Made-up crimes go with the square, with the month of the year and a little with searches. Peers get the
columns that Evenhand makes, as it makes them, before the clock starts; what is timed is the fit, its standard errors and the forecast.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from threadpoolctl import threadpool_limits

from evenhand.places.grid import make_grid
from evenhand.systems.grid_families import boosted, poisson_glm
from evenhand.systems.grid_features import Activity, Months, counts_of, design_of
from evenhand.systems.grid_forecast import fit, score

from . import harness, tables
from .cases import Answer, Benchmark, Case, largest_relative, percent

PLACES = {36: (6, 6, 1000.0), 900: (30, 30, 1000.0), 18_000: (150, 120, 150.0)}
"""Columns, rows and side in metres of the squares."""
MONTHS = 36
CRIMES, SEARCHES = 7_000, 20_000
"""In a month, in all squares but for the smallest place."""
RIDGE = 1.0
MONTH_NAMES = np.datetime64("2021-01", "M") + np.arange(MONTHS)
FIRST = int(MONTH_NAMES[0].astype(int))


def make(size: int, folder: Path) -> None:
    """Write counts of crimes and searches, shape (cells, months) each."""
    rng = np.random.default_rng(size)
    level = rng.gamma(0.4, 1.0, size)
    level *= min(CRIMES, 20 * size) / level.sum()
    season = 1 + 0.2 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    searched = rng.poisson(level[:, None] * np.full(MONTHS, SEARCHES / CRIMES))
    crimes = rng.poisson(level[:, None] * season * np.exp(0.1 * np.log1p(searched)))
    np.savez(folder / f"grid-forecast-{size}.npz", crimes=crimes, searched=searched)


def load(size: int, folder: Path) -> dict[str, Any]:
    """Read them, as rows, with the grid and the columns that are fitted."""
    columns, rows, side_m = PLACES[size]
    ground = shapely.box(400_000, 280_000, 400_000 + columns * side_m, 280_000 + rows * side_m)
    grid = make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[ground], crs="EPSG:27700"), cell_m=side_m, origin_m=(400_000.0, 280_000.0))
    counts = np.load(folder / f"grid-forecast-{size}.npz")
    crime = rows_of(grid, counts["crimes"]).assign(crime_type="Robbery")
    activity = rows_of(grid, counts["searched"]).assign(activity="stop-search")
    is_known = np.ones(MONTHS, dtype=bool)
    months = Months(FIRST, counts_of(crime, grid, first=FIRST, months=MONTHS), is_known)
    searches = Activity("stop-search", counts_of(activity, grid, first=FIRST, months=MONTHS), is_known)
    design = design_of(months, grid, (searches,), history_months=MONTHS, trend="log-linear", reach_cells=1, shrink_months="by-scatter")
    middle, spread = design.values.mean(axis=0), design.values.std(axis=0)
    return {
        "grid": grid, "crime": crime, "activity": activity, "design": design,
        "columns": (design.values - middle) / spread, "now": (design.now - middle) / spread,
    }  # fmt: skip


def rows_of(grid: Any, counts: np.ndarray) -> pd.DataFrame:
    """A row for each cell and month with events."""
    cell, month = np.nonzero(counts)
    x_m, y_m = grid.centres_m[cell].T
    return pd.DataFrame({"month": MONTH_NAMES.astype(str)[month], "x_m": x_m, "y_m": y_m, "events": counts[cell, month]})


def whole(data: dict[str, Any], family: str) -> Answer:
    """Evenhand, from rows to forecast."""
    model = fit(
        data["crime"], data["grid"], until=str(MONTH_NAMES[-1]), police_activity=data["activity"], family=family,
        police_inputs="none" if family == "seasonal-naive" else "stop-search", history_months=MONTHS,
    )  # fmt: skip
    return Answer({"expected": score(model)})


def ours(data: dict[str, Any], ridge: float) -> Answer:
    """Evenhand's regression on columns that are there."""
    found = poisson_glm(data["design"], ridge=ridge)
    assert found.regression is not None
    return Answer({"expected": found.expected, "coefficients": found.regression.coefficients})


def told(data: dict[str, Any], coefficients: np.ndarray) -> Answer:
    """The forecast that a peer's coefficients make."""
    linear = coefficients[0] + data["now"] @ coefficients[1:]
    return Answer({"expected": data["design"].base_now * np.exp(linear), "coefficients": coefficients})


def by_statsmodels(data: dict[str, Any]) -> Answer:
    """Statsmodels: no ridge, the log of the base as offset, robust standard errors."""
    import statsmodels.api as sm

    design = data["design"]
    columns = np.column_stack([np.ones(len(design.counts)), data["columns"]])
    fitted = sm.GLM(design.counts, columns, family=sm.families.Poisson(), offset=np.log(design.base)).fit(tol=1e-12, cov_type="HC3")
    return told(data, fitted.params)


def by_glum(data: dict[str, Any]) -> Answer:
    """Glum: no ridge, offset; no standard errors."""
    from glum import GeneralizedLinearRegressor

    design = data["design"]
    model = GeneralizedLinearRegressor(family="poisson", alpha=0, gradient_tol=1e-9)
    model.fit(data["columns"], design.counts, offset=np.log(design.base))
    return told(data, np.append(model.intercept_, model.coef_))


def by_scikit_learn(data: dict[str, Any]) -> Answer:
    """scikit-learn: the same ridge; counts over the base, weighed by it; no standard errors."""
    from sklearn.linear_model import PoissonRegressor

    design = data["design"]
    # Its penalty is half of alpha times the squares, beside the mean loss by weight.
    model = PoissonRegressor(alpha=RIDGE / design.base.sum(), solver="newton-cholesky", tol=1e-10)
    model.fit(data["columns"], design.counts / design.base, sample_weight=design.base)
    return told(data, np.append(model.intercept_, model.coef_))


def our_trees(data: dict[str, Any]) -> Answer:
    """Evenhand's boosted trees on columns that are there."""
    return Answer({"expected": boosted(data["design"], rounds=100, seed=1).expected})


def their_trees(data: dict[str, Any]) -> Answer:
    """scikit-learn's trees called by hand."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    design = data["design"]
    model = HistGradientBoostingRegressor(loss="poisson", early_stopping=False, random_state=1)
    model.fit(design.values, design.counts / design.base, sample_weight=design.base)
    return Answer({"expected": design.base_now * model.predict(design.now)})


def alone(work: Any, peer: str = "", **settings: Any) -> Any:
    """The same work on one thread."""

    def on_one_thread(data: dict[str, Any]) -> Answer:
        if peer:  # only what is loaded can be held to one thread
            import_module(peer)
        with threadpool_limits(limits=1), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return work(data, **settings)

    return on_one_thread


WHOLE, PLAIN, RIDGED, TREES = "Evenhand `fit`, regression", "Evenhand regression, no ridge", "Evenhand regression, ridge 1", "Evenhand boosted trees"
SAME_AS = {"statsmodels GLM": PLAIN, "glum": PLAIN, "scikit-learn `PoissonRegressor`": RIDGED, "scikit-learn boosted trees": TREES}


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """How far a peer's forecast lies from ours that is asked the same."""
    return {
        name: {
            "crimes expected in all": f"{values['expected'].sum():,.0f}",
            "farthest from ours": percent(largest_relative(values["expected"], found[SAME_AS[name]]["expected"])) if name in SAME_AS else "",
        }
        for name, values in found.items()
    }


BENCHMARK = Benchmark(
    slug="grid_forecast",
    title="Forecasting a grid",
    sizes={"quick": (900,), "plain": (900, 18_000), "full": (900, 18_000)},
    warm_up=36,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} squares, {MONTHS} months",
    cases=(
        Case(WHOLE, alone(whole, family="poisson-glm"), said="from rows to the forecast, searches among the inputs"),
        Case("Evenhand `fit`, boosted trees", alone(whole, "sklearn.ensemble", family="boosted"), needs=("sklearn",), said="the same, by the other family"),
        Case("Evenhand `fit`, same month last year", alone(whole, family="seasonal-naive"), said="the same, by a naive family"),
        Case(PLAIN, alone(ours, ridge=0.0), beside=PLAIN, said="columns made before the clock; with robust standard errors"),
        Case("statsmodels GLM", alone(by_statsmodels, "statsmodels.api"), needs=("statsmodels",), beside=PLAIN, said="with robust standard errors (HC3)"),
        Case("glum", alone(by_glum, "glum"), needs=("glum",), beside=PLAIN, said="no standard errors"),
        Case(RIDGED, alone(ours, ridge=RIDGE), beside=RIDGED, said="columns made before the clock; with robust standard errors"),
        Case("scikit-learn `PoissonRegressor`", alone(by_scikit_learn, "sklearn.linear_model"), needs=("sklearn",), beside=RIDGED,
             said="Newton's method, the same ridge; no standard errors"),
        Case(TREES, alone(our_trees, "sklearn.ensemble"), needs=("sklearn",), beside=TREES, said="columns made before the clock"),
        Case("scikit-learn boosted trees", alone(their_trees, "sklearn.ensemble"), needs=("sklearn",), beside=TREES, said="what ours calls"),
    ),
)  # fmt: skip


if __name__ == "__main__":
    options = harness.asked(doing="Forecasts of a grid beside statsmodels, glum and scikit-learn.")
    tables.show(harness.measured("grid_forecast", mode=options.mode, repeats=options.repeats, keep=options.keep))
