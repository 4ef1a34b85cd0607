"""The grid forecast against statsmodels and scikit-learn on columns built by loops, and on towns whose truth is known."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from evenhand.systems import grid_forecast
from evenhand.systems.flagging import flag
from evenhand.systems.grid_features import levels
from evenhand.systems.grid_forecast import coefficient_table, fit, score
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable, MissingColumn
from tests.systems.forecast_town import MONTHS, UNTIL, robberies, rows_of, searches, town_of

BOTH = "stop-search-and-intelligence"
FIRST = int(np.datetime64(MONTHS[0], "M").astype(int))


@pytest.fixture(scope="module")
def town():
    """Crimes, searches and intelligence of 137 cells in 36 months; crimes go with the cell and, a little, with searches."""
    rng = np.random.default_rng(4)
    grid = town_of()
    rate = rng.gamma(0.8, 1.5, len(grid))
    searched, noted = (rng.poisson(rate[:, None] * level, (len(grid), len(MONTHS))) for level in (2.0, 0.7))
    crimes = rng.poisson(rate[:, None] * np.exp(0.1 * np.log1p(searched)))
    return grid, crimes, searched, noted


def tables(town):
    grid, crimes, searched, noted = town
    activity = pd.concat([searches(grid, searched), searches(grid, noted, activity="intelligence")], ignore_index=True)
    return robberies(grid, crimes), activity


def by_loop(town):
    """Columns and base of the last 24 months with both police inputs, cell by cell: rows of the 12 months explained, and those of the month to come."""
    grid, *counts = town
    base = levels(counts[0].sum(axis=0).astype(float), np.ones(36, dtype=bool), first=FIRST, trend="log-linear")[12:] / len(grid)
    crimes, searched, noted = (one[:, 12:].astype(float) for one in counts)
    corner = np.round((grid.centres_m - grid.centres_m.min(axis=0)) / 1000).astype(int)
    near = [np.flatnonzero(np.abs(corner - at).max(axis=1) <= 1) for at in corner]

    def told(month):
        mean, rows = crimes[:, :month].mean(), []
        more = mean / (np.var([sum(one) / month for one in crimes[:, :month]]) - mean / month)
        for cell in range(len(grid)):
            level = np.log((crimes[cell, :month].sum() + more * mean) / ((month + more) * mean))
            nearby = [np.log(1 + np.mean([crimes[other, month - lag] for other in near[cell]])) for lag in (1, 3, 12)]
            rows.append([level, *nearby, *(np.log(1 + one[cell, month - 1]) for one in (searched, noted))])
        return np.array(rows)

    values, now = np.vstack([told(month) for month in range(12, 24)]), told(24)
    of_month = np.repeat(base[12:24], len(grid))
    return values, crimes[:, 12:].T.ravel(), of_month * np.exp(values[:, 0]), now, base[24] * np.exp(now[:, 0])


def test_the_regression_is_statsmodels_on_columns_built_by_loops(town):
    sm = pytest.importorskip("statsmodels.api")
    crime, activity = tables(town)
    values, counts, base, now, base_now = by_loop(town)
    middle, spread = values.mean(axis=0), values.std(axis=0)
    columns = sm.add_constant((values - middle) / spread)
    peer = sm.GLM(counts, columns, family=sm.families.Poisson(), offset=np.log(base)).fit(tol=1e-14)
    found = fit(crime, town[0], until=UNTIL, police_activity=activity, police_inputs=BOTH, ridge=0.0)
    assert found.learnt.names == (
        "own level", "nearby 1 month before", "nearby 3 months before", "nearby 12 months before", "stop-search the month before",
        "intelligence the month before",
    )  # fmt: skip
    assert (found.explained[0], found.explained[-1], found.month) == ("2023-01", "2023-12", "2024-01")
    np.testing.assert_allclose(found.learnt.regression.coefficients, peer.params, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(score(found), base_now * np.exp(peer.params[0] + (now - middle) / spread @ peer.params[1:]), rtol=1e-7)
    # By the default ridge, what the likelihood gives for a coefficient is what the ridge takes.
    pulled = fit(crime, town[0], until=UNTIL, police_activity=activity, police_inputs=BOTH).learnt.regression.coefficients
    np.testing.assert_allclose(columns.T @ (counts - base * np.exp(columns @ pulled)), np.append(0.0, pulled[1:]), atol=1e-6)


def test_boosted_trees_are_scikit_learns_on_columns_built_by_loops(town):
    ensemble = pytest.importorskip("sklearn.ensemble")
    crime, activity = tables(town)
    values, counts, base, now, base_now = by_loop(town)
    peer = ensemble.HistGradientBoostingRegressor(loss="poisson", max_iter=40, early_stopping=False, random_state=1)
    peer.fit(values.round(12), counts / base, sample_weight=base)
    found = fit(crime, town[0], until=UNTIL, police_activity=activity, police_inputs=BOTH, family="boosted", rounds=40)
    np.testing.assert_allclose(score(found), base_now * peer.predict(now.round(12)), rtol=1e-6)


@pytest.mark.parametrize("seed", [1, 2])
def test_line_and_months_of_the_year_are_the_penalised_fit_of_another_optimiser(seed):
    """The likelihood written out, and climbed by SciPy. 26 months, so that the months of the year are not all there as often."""
    from scipy.optimize import minimize

    totals = np.random.default_rng(seed).poisson(40, 26).astype(float)
    time, month = (np.arange(27) - 12.5) / 12, (np.arange(27) + FIRST) % 12
    columns = np.column_stack([np.ones(27), time, *(month == one for one in range(12))])

    def lost(at):
        linear = columns[:26] @ at
        return (np.exp(linear) - totals * linear).sum() + (at[1:] ** 2).sum() / 2

    peer = minimize(lost, np.append(np.log(40.0), np.zeros(13)), method="BFGS", options={"gtol": 1e-8, "maxiter": 5_000}).x
    np.testing.assert_allclose(levels(totals, totals >= 0, first=FIRST, trend="log-linear"), np.exp(columns @ peer), rtol=1e-5)


def test_trends_by_hand():
    """A place that doubles every year and has twice as much each March; and flat records, whatever the trend."""
    months = np.arange(37)
    truth = 900 * 2.0 ** (months / 12) * np.where(months % 12 == 2, 2.0, 1.0)
    np.testing.assert_allclose(levels(truth[:36], truth[:36] > 0, first=FIRST, trend="log-linear"), truth, rtol=0.002)
    even = truth / np.where(months % 12 == 2, 2.0, 1.0)
    found = levels(truth[:36], truth[:36] > 0, first=FIRST, trend="last-year")
    assert found[36] == pytest.approx(even[24:36].mean(), rel=0.02)  # the coming month is a January
    assert found[14] / found[15] == pytest.approx(2 * even[2:14].mean() / even[3:15].mean(), rel=0.02)
    for trend in ("log-linear", "last-year", "none"):
        np.testing.assert_allclose(levels(np.full(30, 5_000.0), np.arange(30) != 7, first=FIRST, trend=trend), 5_000, rtol=2e-4)


def test_the_naive_families_by_hand(town):
    grid, crimes, *_ = town
    crime = robberies(grid, crimes)
    np.testing.assert_array_equal(score(fit(crime, grid, until=UNTIL, family="seasonal-naive")), crimes[:, -12])
    np.testing.assert_array_equal(score(fit(crime, grid, until=UNTIL, family="recent-mean")), crimes[:, -2:].mean(axis=1))
    np.testing.assert_array_equal(score(fit(crime, grid, until="2022-05", family="seasonal-naive")), crimes[:, 5])
    assert fit(crime, grid, until="2022-05", family="seasonal-naive").month == "2022-06"
    for family in ("seasonal-naive", "recent-mean"):
        with pytest.raises(CannotAnswer, match="reads no police activity.*Choose another reading"):
            fit(crime, grid, until=UNTIL, family=family, police_inputs="stop-search", police_activity=searches(grid, crimes))


@pytest.mark.parametrize("family", ["poisson-glm", "boosted"])
def test_nothing_that_came_later_is_used(family, town):
    """Later crimes and later police activity are taken away, multiplied, moved."""
    grid, *_ = town
    crime, activity = tables(town)
    settings = {"until": "2023-06", "family": family, "police_inputs": BOTH, "intelligence_kept": 0.5, "rounds": 20}
    expected = score(fit(crime, grid, police_activity=activity, **settings))
    for changed in (
        (crime[crime["month"] <= "2023-06"], activity[activity["month"] <= "2023-06"]),
        tuple(one.assign(events=np.where(one["month"] > "2023-06", 50 * one["events"], one["events"])) for one in (crime, activity)),
        tuple(one.assign(x_m=np.where(one["month"] > "2023-06", 400_500.0, one["x_m"])).sample(frac=1, random_state=1) for one in (crime, activity)),
    ):
        np.testing.assert_array_equal(score(fit(changed[0], grid, police_activity=changed[1], **settings)), expected)
    earlier = crime.assign(events=np.where(crime["month"] == "2023-06", 3 * crime["events"], crime["events"]))
    assert (score(fit(earlier, grid, police_activity=activity, **settings)) != expected).any()


def test_thinned_intelligence_lies_between_all_and_none(town):
    """None kept is as not read; a half is drawn alike whatever order rows come in, and whatever months come after."""
    grid, *_ = town
    crime, activity = tables(town)

    def with_kept(share, rows=activity, **settings):
        return score(fit(crime, grid, until=UNTIL, police_activity=rows, **{"police_inputs": BOTH, "intelligence_kept": share, **settings}))

    np.testing.assert_allclose(with_kept(0.0), with_kept(1.0, police_inputs="stop-search"), rtol=1e-12)
    half = with_kept(0.5)
    np.testing.assert_array_equal(with_kept(0.5, activity.sample(frac=1, random_state=2)), half)
    assert (with_kept(0.5, seed=2) != half).any()
    assert (with_kept(1.0) != half).any()
    with pytest.raises(BadValue, match="whole records"):
        with_kept(0.5, activity.assign(events=activity["events"] + 0.5))
    with pytest.raises(BadSetting, match="no share"):
        with_kept(1.5)


def test_a_planted_effect_of_searches_is_recovered():
    """Made-up towns: 1.5 times as many crimes for each unit of log(1 + searches); limits of 95 % hold it in about so many of 40 towns
    (at least 34: fewer would come by chance once in fifty times). Half the towns have twice as many crimes in March."""
    grid, held = town_of(9, 8), 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        searched = rng.poisson(1.0, (len(grid), len(MONTHS)))
        before = np.column_stack([np.zeros(len(grid)), searched[:, :-1]])
        season = np.where(np.arange(36) % 12 == 2, 1.0 + seed % 2, 1.0)
        crimes = rng.poisson(rng.gamma(2, 1.5, len(grid))[:, None] * 1.5 ** np.log1p(before) * season)
        found = fit(robberies(grid, crimes), grid, until=UNTIL, history_months=36, ridge=0.01, police_inputs="stop-search",
                    police_activity=searches(grid, searched))  # fmt: skip
        one = coefficient_table(found).set_index("input").loc["stop-search the month before"]
        low, high = (one[end] ** (np.log(one["per_unit"]) / np.log(one["ratio"])) for end in ("low", "high"))
        held += low <= 1.5 <= high
    assert held >= 34, held


@pytest.mark.parametrize(
    ("family", "most", "fewest"),
    [("poisson-glm", (0.95, 1.05), (0.9, 1.1)), ("boosted", (0.9, 1.0), (1.5, 4.0))],
)
def test_rates_of_cells_and_the_season_are_recovered_but_trees_follow_chance(family, most, fewest):
    """True means over expected ones, in 12 made-up towns with few crimes, where cells differ and months do: 1 for the whole town, and for the
    regression 1 among the cells expected to have most, or fewest, too. Boosted trees take some chance of the past for a difference between cells."""
    grid = town_of(20, 20)
    ratios: dict[str, list[float]] = {"all": [], "most": [], "fewest": []}
    for seed in range(12):
        rng = np.random.default_rng(100 + seed)
        rate = rng.gamma(0.3, 1.0, len(grid))
        season = 1 + 0.5 * np.sin(2 * np.pi * np.arange(37) / 12)
        crimes = rng.poisson(rate[:, None] * season[:36])
        expected = score(fit(robberies(grid, crimes), grid, until=UNTIL, family=family))
        rank = np.argsort(np.argsort(expected, kind="stable"))
        for part, which in {"all": rank >= 0, "most": rank >= 0.8 * len(grid), "fewest": rank < 0.4 * len(grid)}.items():
            ratios[part].append((rate * season[36])[which].sum() / expected[which].sum())
    for part, (low, high) in {"all": (0.95, 1.05), "most": most, "fewest": fewest}.items():
        assert low <= np.mean(ratios[part]) <= high, (part, np.mean(ratios[part]))


def test_searches_that_move_move_the_flags_only_where_the_forecast_reads_them():
    """Feedback. All cells see the same; officers search one side of town, and find in the next month a weapon for every third search.
    Then they go to the other side. With searches read the list follows them there; without, it stays."""
    grid, rng = town_of(12, 12), np.random.default_rng(7)
    is_west = grid.centres_m[:, 0] < 406_000
    searched = np.where(rng.random((len(grid), len(MONTHS))) < 0.5, 9, 0) * is_west[:, None]
    found = rng.binomial(np.column_stack([np.zeros(len(grid), dtype=int), searched[:, :-1]]), 1 / 3)
    crime = robberies(grid, rng.poisson(2.0, found.shape) + found)
    moved = searched.copy()
    moved[:, -1] = np.where(is_west, 0, 9)

    def west_share(read, where):
        model = fit(crime, grid, until=UNTIL, police_inputs=read, police_activity=searches(grid, where))
        return float(is_west[flag(score(model), grid, k=20)].mean()), model

    with_before, model = west_share("stop-search", searched)
    with_after, _ = west_share("stop-search", moved)
    without_before, _ = west_share("none", searched)
    without_after, _ = west_share("none", moved)
    ratio = coefficient_table(model).set_index("input").loc["stop-search the month before"]
    assert ratio["low"] > 1.2
    assert with_before == without_before == without_after == 1.0  # the finds are in the record by now, whoever reads what
    assert with_after < 0.5


def test_a_list_that_officers_follow_holds_on_to_itself_where_their_searches_are_read():
    """Feedback from month to month. Every cell is alike; each month the ten cells flagged are searched, and every other search finds a
    weapon in the month after. Without searches as an input the same happens to the record; reading them makes the list stay more."""
    grid = town_of(10, 10)
    stays = {"none": [], "stop-search": []}
    for seed in range(3):
        for read, kept in stays.items():
            rng = np.random.default_rng(seed)
            crimes, searched = rng.poisson(1.0, (len(grid), 36)), rng.poisson(1.0, (len(grid), 36))
            crimes[:, 1:] += rng.binomial(searched[:, :-1], 0.5)
            flags = None
            for month in range(24, 36):
                until = MONTHS[month - 1]
                model = fit(robberies(grid, crimes), grid, until=until, police_inputs=read, police_activity=searches(grid, searched))
                now = flag(score(model), grid, k=10)
                if flags is not None:
                    kept.append((now & flags).sum() / 10)
                flags = now
                searched[:, month] = np.where(now, 5, 0)
                crimes[:, month] = rng.poisson(1.0, len(grid)) + rng.binomial(searched[:, month - 1], 0.5)
    assert np.mean(stays["stop-search"]) > np.mean(stays["none"]) + 0.2, {read: np.mean(kept) for read, kept in stays.items()}


def test_activity_that_begins_late_shortens_what_is_explained(town):
    grid, *_ = town
    crime, activity = tables(town)
    late = activity[activity["month"] >= "2023-05"]
    found = fit(crime, grid, until=UNTIL, police_activity=late, police_inputs="stop-search")
    assert found.explained[0] == "2023-06"


def test_a_month_that_is_missing_is_neither_explained_nor_part_of_a_level(town):
    """July 2022 has no row, as July 2019 in Bristol's published files. With a row of another kind in it, it is a month without robberies."""
    grid, crimes, searched, _ = town
    crime, gone = robberies(grid, crimes), MONTHS.index("2022-07")
    gap = crime[crime["month"] != "2022-07"]
    quiet = pd.concat([gap, gap.iloc[:1].assign(month="2022-07", crime_type="Bicycle theft")], ignore_index=True)
    missing, none, full = (fit(one, grid, until=UNTIL, history_months=36) for one in (gap, quiet, crime))
    assert set(full.explained) - set(missing.explained) == {"2022-07"}
    assert none.explained == full.explained
    assert score(missing).sum() == pytest.approx(score(full).sum(), rel=0.05)
    # A month of searches that is missing takes with it the month it came before.
    acts = searches(grid, searched)
    kept = fit(crime, grid, until=UNTIL, police_activity=acts[acts["month"] != "2023-04"], police_inputs="stop-search")
    assert set(fit(crime, grid, until=UNTIL).explained) - set(kept.explained) == {"2023-05"}
    # What the missing month's counts are made out to be moves no level.
    totals, is_known = crimes.sum(axis=0).astype(float), np.arange(36) != gone
    for trend in ("log-linear", "last-year", "none"):
        made_out = np.where(is_known, totals, 9_999.0)
        np.testing.assert_array_equal(levels(made_out, is_known, first=FIRST, trend=trend), levels(totals, is_known, first=FIRST, trend=trend))


def test_police_activity_that_is_missing_is_not_none(town):
    grid, *_ = town
    crime, activity = tables(town)

    def asked(rows, read="stop-search"):
        return fit(crime, grid, until=UNTIL, police_activity=rows, police_inputs=read)

    with pytest.raises(CannotAnswer, match="no table 'police_activity'.*Choose another reading"):
        asked(None)
    with pytest.raises(CannotAnswer, match="holds no intelligence record.*Choose another reading"):
        asked(activity[activity["activity"] == "stop-search"], BOTH)
    with pytest.raises(CannotAnswer, match="end in 2023-11.*Choose another reading"):
        asked(activity[activity["month"] < UNTIL])
    with pytest.raises(CannotAnswer, match="lies in the place.*Choose another reading"):
        asked(activity.assign(x_m=activity["x_m"] + 90_000))
    with pytest.raises(MissingColumn, match="activity"):
        asked(activity.drop(columns="activity"))
    with pytest.raises(BadSetting, match="no police_inputs 'gossip'"):
        asked(activity, "gossip")
    with pytest.raises(CannotAnswer, match="No month of the records has police activity of the month before.*Choose another reading"):
        asked(activity[activity["month"] == UNTIL])
    assert np.isfinite(score(asked(activity.assign(x_m=np.where(activity["month"] < "2023-11", activity["x_m"], 0.0))))).all()


def test_short_records():
    """One month: what was recorded is carried forward, pulled towards the mean. Two: one explains the other. Below a year: no last year."""
    grid, rng = town_of(6, 5), np.random.default_rng(1)
    crimes = rng.poisson(2.0, (len(grid), 36))
    one = fit(robberies(grid, crimes), grid, until=MONTHS[0], shrink_months=6.0)
    mean, coming = crimes[:, 0].mean(), (crimes[:, 0].sum() + 0.5) / len(grid)
    assert one.explained == ()
    np.testing.assert_allclose(score(one), coming * (crimes[:, 0] + 6 * mean) / (7 * mean), rtol=1e-12)
    with pytest.raises(CannotAnswer, match="no coefficients"):
        coefficient_table(one)
    with pytest.raises(CannotAnswer, match="no month to be explained.*Choose another reading"):
        fit(robberies(grid, crimes), grid, until=MONTHS[0], family="boosted")
    two = fit(robberies(grid, crimes), grid, until=MONTHS[1])
    assert (two.explained, two.learnt.names) == (("2021-02",), ("own level", "nearby 1 month before"))
    with pytest.raises(CannotAnswer, match="cover 11 months.*Choose another reading"):
        fit(robberies(grid, crimes), grid, until=MONTHS[10], family="seasonal-naive")
    assert "nearby 12 months before" not in fit(robberies(grid, crimes), grid, until=MONTHS[22]).learnt.names
    assert "nearby 12 months before" in fit(robberies(grid, crimes), grid, until=MONTHS[23]).learnt.names


def test_hardly_any_crime():
    grid = town_of(6, 5)
    nothing = np.zeros((len(grid), 36), dtype=int)
    last = nothing.copy()
    last[7, -1] = 1
    for trend in ("log-linear", "last-year", "none"):
        expected = score(fit(robberies(grid, last).pipe(_from_the_start), grid, until=UNTIL, trend=trend))
        assert np.isfinite(expected).all()
        assert expected.argmax() == 7
    first = nothing.copy()
    first[7, 0] = 1
    with pytest.raises(CannotAnswer, match="None of the crimes was recorded in the .* months to be explained.*Choose another reading"):
        fit(robberies(grid, first).pipe(_to_the_end), grid, until=UNTIL)
    with pytest.raises(CannotAnswer, match="No crime was recorded in 2023-11 to 2023-12.*Choose another reading"):
        fit(robberies(grid, first).pipe(_to_the_end), grid, until=UNTIL, family="recent-mean")
    with pytest.raises(EmptyTable, match="nothing to learn from"):
        fit(robberies(grid, first).assign(x_m=0.0), grid, until=UNTIL)
    with pytest.raises(EmptyTable, match="nothing to learn from"):
        fit(robberies(grid, last), grid, until="2020-12")


def test_all_crimes_in_one_cell_are_expected_there():
    grid = town_of(6, 5)
    counts = np.zeros((len(grid), 36), dtype=int)
    counts[7] = 5
    for family in grid_forecast.FAMILIES:
        expected = score(fit(robberies(grid, counts), grid, until=UNTIL, family=family))
        assert np.isfinite(expected).all()
        assert expected.argmax() == 7


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"family": "oracle"}, "no family 'oracle'"), ({"trend": "up"}, "no trend 'up'"), ({"history_months": 0}, "too small"),
        ({"reach_cells": -1}, "too small"), ({"rounds": 0}, "too small"), ({"ridge": -1.0}, "no pull"), ({"shrink_months": 0.0}, "expect none ever"),
        ({"shrink_months": "much"}, "expect none ever"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(settings, said, town):
    with pytest.raises(BadSetting, match=said):
        fit(robberies(town[0], town[1]), town[0], until=UNTIL, **settings)


def _from_the_start(crime: pd.DataFrame) -> pd.DataFrame:
    """With a row of another kind in the first month, so that the records begin there."""
    return pd.concat([crime, crime.assign(month=MONTHS[0], crime_type="Bicycle theft")], ignore_index=True)


def _to_the_end(crime: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([crime, crime.assign(month=MONTHS[-1], crime_type="Bicycle theft")], ignore_index=True)


def test_no_system_loads_scikit_learn_before_it_learns_with_it():
    """So that the command line starts as fast as without it: decision 24."""
    asked = "import sys; from evenhand.systems.catalogue import systems; systems(); print('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_rows_of_made_up_towns_lie_in_their_cells():
    """The helper itself, since all above rests on it."""
    grid = town_of(4, 5)
    rows = rows_of(grid, np.arange(len(grid))[:, None] * np.ones(36, dtype=int), crime_type="Robbery")
    assert (grid.cell_of(rows["x_m"], rows["y_m"]) == rows["events"]).all()
