"""The Knox test: against loops over all pairs, every deal there is, a peer, towns without and with near repeats, and odd tables."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from evenhand.audit import knox as module
from evenhand.audit.about import About
from evenhand.audit.knox import Bands, Knox, knox, pairs_by_gap
from evenhand.audit.knox_findings import findings
from evenhand.audit.knox_limits import left_out
from evenhand.audit.near_pairs import near_pairs
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable
from tests.audit import knox_by_hand

ABOUT = About("near-repeat", "Madetown", "2023", "made up")


def town(seed: int, events: int, *, repeats: float = 0.0, side_m: float = 5000.0, days: int = 365):
    """Events anywhere on any day; a share of them comes again within some 70 m and a fortnight."""
    rng = np.random.default_rng(seed)
    points, day = rng.uniform(0, side_m, (events, 2)), rng.integers(0, days, events)
    again = rng.random(events) < repeats
    points = np.concatenate([points, points[again] + rng.normal(0, 50, (again.sum(), 2))])
    return *points.T, np.concatenate([day, day[again] + rng.integers(1, 15, again.sum())])


def crowded(seed: int, events: int = 60):
    """Events on a lattice of 50 m in few days, so that edges, repeats of place and repeats of day all occur."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 8, events) * 50.0, rng.integers(0, 8, events) * 50.0, rng.integers(0, 30, events)


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
@pytest.mark.parametrize(
    ("edges_m", "edges_days", "closed"),
    [((0, 50, 100, 150), (0, 7, 14), "upper"), ((100, 200), (1, 2), "upper"), ((50, 100), (1, 7, 14), "lower"), ((1, 150, 5000), (3,), "lower")],
)
def test_tables_are_those_of_loops_over_all_pairs(metric, edges_m, edges_days, closed):
    bands = Bands(edges_m, edges_days, closed=closed, metric=metric)
    for seed in range(4):
        events = crowded(seed)
        found = knox(*events, bands=bands, permutations=1)
        np.testing.assert_array_equal(found.observed, knox_by_hand.table(*events, edges_m, edges_days, closed=closed, metric=metric))


def test_dealt_tables_are_those_of_dealt_days(monkeypatch):
    """The days each deal gave are seen, and the table of each is counted by hand."""
    seen = []
    plain = module._count
    monkeypatch.setattr(module, "_count", lambda points, dealt, *rest: seen.append((points.copy(), dealt.copy())) or plain(points, dealt, *rest))
    found = knox(*crowded(1, 40), bands=Bands((0, 100), (2, 7)), permutations=5)
    ((points, dealt),) = seen
    assert len({tuple(days) for days in dealt}) == 6
    for days, table in zip(dealt[1:], found.dealt, strict=True):
        assert sorted(days) == sorted(dealt[0])
        np.testing.assert_array_equal(table, knox_by_hand.table(*points.T, days.tolist(), (0, 100), (2, 7), closed="upper", metric="euclidean"))


def test_p_and_expected_pairs_come_near_those_of_every_deal_there_is():
    events = ([0.0, 10.0, 0.0, 500.0, 510.0, 900.0], [0.0] * 6, [0, 1, 30, 60, 61, 90])
    p_value, mean = knox_by_hand.exact_p(*events, (50,), (2,))
    found = knox(*events, bands=Bands((50,), (2,)), permutations=9999)
    np.testing.assert_allclose(found.expected, mean, atol=1e-12)
    np.testing.assert_allclose(found.p_value, p_value, atol=4 * 0.5 / 100)
    np.testing.assert_allclose(found.mean, mean, rtol=0.1)


@pytest.mark.filterwarnings("ignore")
def test_pointpats_counts_the_same_pairs_and_its_deals_have_the_same_spread():
    """Its one pair of thresholds, both ends included: the band from nothing to them."""
    peer = pytest.importorskip("pointpats")
    x_m, y_m, day = town(5, 400, repeats=0.1)
    found = knox(x_m, y_m, day, bands=Bands((150,), (7,)), permutations=999)
    np.random.seed(1)  # noqa: NPY002  (the peer draws from the global generator)
    theirs = peer.Knox(np.column_stack([x_m, y_m]), day[:, None].astype(float), delta=150, tau=7, permutations=499, keep=True)
    np.testing.assert_array_equal(theirs.observed, found.observed)
    assert theirs.expected[0, 0] == pytest.approx(found.expected[0, 0])
    error = np.hypot(theirs.sim.std() / np.sqrt(499), found.dealt[:, 0, 0].std() / np.sqrt(999))
    assert abs(theirs.sim.mean() - found.mean[0, 0]) < 4 * error
    assert theirs.sim.std() == pytest.approx(found.dealt[:, 0, 0].std(), rel=0.15)
    assert theirs.p_sim == 1 / 500
    assert found.p_value[0, 0] == 1 / 1000


@pytest.mark.filterwarnings("ignore")
def test_pointpats_agrees_where_nothing_comes_again():
    peer = pytest.importorskip("pointpats")
    x_m, y_m, day = town(8, 300, side_m=2000)
    found = knox(x_m, y_m, day, bands=Bands((200,), (14,)), permutations=1999)
    np.random.seed(2)  # noqa: NPY002
    theirs = peer.Knox(np.column_stack([x_m, y_m]), day[:, None].astype(float), delta=200, tau=14, permutations=999)
    assert theirs.p_sim == pytest.approx(found.p_value[0, 0], abs=4 * np.sqrt(0.25 / 999 + 0.25 / 1999))


def test_where_and_when_unrelated_p_values_are_even_and_of_the_right_size():
    """200 towns with crowded spots and a busy season, but no near repeats; pairs are whole, so p may only err upwards."""
    p_values, least = [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        spots = rng.uniform(0, 3000, (20, 2))[rng.integers(0, 20, 150)] + rng.normal(0, 150, (150, 2))
        found = knox(*spots.T, rng.binomial(120, 0.4, 150) + rng.integers(0, 60, 150), bands=Bands((150, 300), (5, 10)), permutations=99, seed=seed)
        p_values.append(found.p_value[0, 0])
        least.append([np.nanmin(found.adjusted_p(by)) for by in ("least-p", "ratio")])
    p_values, calls = np.array(p_values), (np.array(least) <= 0.05).mean(axis=0)
    assert kstest(p_values, "uniform").pvalue > 0.01
    upper = 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    assert 0.005 < (p_values <= 0.05).mean() < upper
    assert (calls < upper).all()
    assert (calls > 0).all()


def test_planted_near_repeats_are_found_where_they_were_planted():
    found = knox(*town(2, 800, repeats=0.2), bands=Bands((150, 300), (14, 28)), permutations=199)
    assert found.exact_ratio[0, 0] > 2
    assert found.p_value[0, 0] == 1 / 200
    assert found.adjusted_p()[0, 0] <= 0.05
    assert found.adjusted_p("ratio")[0, 0] <= 0.05
    assert (found.adjusted_p()[:2, 1] > 0.05).all()  # nothing was planted after a fortnight


def test_adjusted_p_values_are_never_below_the_plain_and_equal_them_for_one_band():
    many = knox(*town(3, 300, repeats=0.1), bands=Bands((100, 200, 300), (7, 14)), permutations=199)
    for by in ("least-p", "ratio"):
        assert (many.adjusted_p(by)[:-1, :-1] >= many.p_value[:-1, :-1] - 1e-12).all()
    one = knox(*town(3, 300, repeats=0.1), bands=Bands((200,), (14,)), permutations=199)
    assert one.adjusted_p()[0, 0] == one.adjusted_p("ratio")[0, 0] == pytest.approx(one.p_value[0, 0])
    with pytest.raises(BadSetting, match="least-p, ratio"):
        one.adjusted_p("bonferroni")


def test_limits_hold_the_ratio_where_an_event_leads_to_one_more_at_most():
    bands, ratios, limits = Bands((100, 200), (7, 14)), [], []
    for seed in range(120):
        events = town(seed, 400, repeats=0.3, side_m=3000)
        found = knox(*events, bands=bands, permutations=1)
        ratios.append(found.exact_ratio[:2, :2])
        limits.append(left_out(found, *events))
    true = np.exp(np.log(ratios).mean(axis=0))
    held = ((np.array(limits)[:, 0] <= true) & (np.array(limits)[:, 1] >= true)).mean(axis=0)
    assert (held >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 120)).all()


def test_leaving_out_one_event_is_what_it_says():
    """The table is counted anew without each event, by hand."""
    x_m, y_m, day = crowded(4, 50)
    bands = Bands((0, 100, 200), (0, 7))
    found = knox(x_m, y_m, day, bands=bands, permutations=1)
    logs = []
    for one in range(50):
        rest = [np.delete(part, one).tolist() for part in (x_m, y_m, day)]
        pairs = knox_by_hand.table(*rest, bands.edges_m, bands.edges_days, closed="upper", metric="euclidean")
        with np.errstate(divide="ignore"):
            logs.append(np.log(pairs * pairs.sum() / np.outer(pairs.sum(axis=1), pairs.sum(axis=0)))[:3, :2])
    low, high = left_out(found, x_m, y_m, day)
    told = found.observed[:3, :2] >= 5
    assert told.sum() >= 3
    spread = np.sqrt(49 / 50 * ((np.array(logs)[:, told] - np.array(logs)[:, told].mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(np.log(high / low)[told], 2 * 1.959964 * spread, rtol=1e-6)
    assert np.isnan(low[~told]).all()


def test_the_order_of_rows_and_the_size_of_blocks_change_nothing(monkeypatch):
    x_m, y_m, day = town(6, 200, repeats=0.2)
    whole = knox(x_m, y_m, day, permutations=30)
    shuffled = np.random.default_rng(0).permutation(len(day))
    again = knox(x_m[shuffled], y_m[shuffled], day[shuffled], permutations=30)
    for name, size in (("HELD_AT_ONCE", 7 * len(day)), ("TURN", 11)):
        monkeypatch.setattr(module, name, size)
    monkeypatch.setattr(module, "near_pairs", lambda *points, **how: near_pairs(*points, **how, block=50))
    small = knox(x_m, y_m, day, permutations=30)
    for other in (again, small):
        np.testing.assert_array_equal(whole.observed, other.observed)
        np.testing.assert_array_equal(whole.dealt, other.dealt)
    assert not np.array_equal(whole.dealt, knox(x_m, y_m, day, permutations=30, seed=2).dealt)


def test_progress_goes_up_to_the_end():
    told = []
    knox(*town(1, 100), permutations=20, tell=lambda what, share: told.append(share))
    assert told == sorted(told)
    assert 0 < told[-1] <= 1


def test_gaps_are_counted_whatever_the_distance():
    days = np.array([3, 3, 3, 10, 40])
    assert pairs_by_gap(days, Bands(edges_days=(0, 7, 30))).tolist() == [3, 3, 1, 3]


ODD = {
    "no event": ([], [], [], EmptyTable, "are no events"),
    "one event": ([1.0], [1.0], [5], EmptyTable, "is 1 event"),
    "one place": ([1.0] * 5, [1.0] * 5, [1, 2, 3, 4, 5], CannotAnswer, "at one place"),
    "one day": ([1.0, 2.0, 3.0], [1.0] * 3, [4, 4, 4], CannotAnswer, "of one day"),
    "no place": ([1.0, np.nan], [1.0, 2.0], [1, 2], BadValue, "no place"),
    "no day": ([1.0, 2.0], [1.0, 2.0], np.array(["2023-01-01", "NaT"], dtype="datetime64[D]"), BadValue, "no day"),
    "half a day": ([1.0, 2.0], [1.0, 2.0], [1.5, 2.0], BadValue, "whole"),
    "lengths": ([1.0, 2.0], [1.0, 2.0], [1, 2, 3], BadValue, "2, 2 and 3"),
}


@pytest.mark.parametrize("odd", ODD)
def test_tables_that_say_nothing_are_refused_with_the_reason(odd):
    x_m, y_m, day, error, says = ODD[odd]
    with pytest.raises(error, match=says):
        knox(x_m, y_m, day, permutations=9)


@pytest.mark.parametrize(
    "settings",
    [{"edges_m": ()}, {"edges_m": (200, 100)}, {"edges_m": (100, 100)}, {"edges_days": (-1, 7)}, {"edges_days": (7, np.inf)}, {"edges_days": (1.5,)},
     {"edges_m": (0, 100), "closed": "lower"}, {"closed": "both"}, {"metric": "miles"}],
)  # fmt: skip
def test_what_makes_no_bands_is_refused(settings):
    with pytest.raises(BadSetting):
        Bands(**settings)


def test_no_deals_are_refused():
    with pytest.raises(BadSetting, match="nothing to compare"):
        knox(*town(1, 20), permutations=0)


def test_duplicates_are_pairs_of_the_same_place_and_day():
    x_m, y_m, day = (np.array(part) for part in ([0.0, 0.0, 0.0, 900.0], [0.0, 0.0, 0.0, 0.0], [5, 5, 5, 80]))
    found = knox(x_m, y_m, day, bands=Bands((0, 100), (0, 7)), permutations=99)
    assert found.observed.tolist() == [[3, 0, 0], [0, 0, 0], [0, 0, 3]]


def test_findings_say_how_many_bands_were_tried_and_what_chance_does():
    events = town(2, 800, repeats=0.2)
    found = knox(*events, bands=Bands((0, 150, 300), (14, 28)), permutations=199)
    first, *rest = findings(found, ABOUT, limits=left_out(found, *events))
    assert (first.measure, first.value, first.n) == ("near_repeat_bands", 1, 4)  # no two stand at the same place, so those bands are no tests
    assert "4 bands were looked at" in first.caveats[0]
    assert len(rest) == 6
    same, planted = rest[0], rest[2]
    assert same.value is None
    assert same.p_value is None
    assert planted.group == "above 0 to 150 m, 0 to 14 days"
    assert planted.n == found.observed[1].sum()
    assert planted.low < planted.value < planted.high
    assert planted.settings["by_chance_low"] < 1 < planted.settings["by_chance_high"] < planted.value
    assert planted.settings["pairs"] / planted.settings["pairs_by_chance"] == pytest.approx(planted.value, rel=1e-3)
    assert any("By chance alone" in one for one in planted.caveats)


def test_a_band_of_few_pairs_says_so_and_has_no_limits():
    kept = Knox(Bands((100,), (7,)), 10, np.array([[1, 1], [4, 39]]), np.array([[[0, 2], [5, 38]], [[1, 1], [4, 39]]]))
    (_, ratio) = findings(kept, ABOUT, limits=np.full((2, 1, 1), np.nan))
    assert ratio.value == pytest.approx(1 * 45 / (2 * 5))
    assert ratio.low is None
    assert any("fewer than five pairs" in one for one in ratio.caveats)
    assert any("one more or less" in one for one in ratio.caveats)
