"""The continuous self-exciting model against its slow twin, against cities whose echoes are known, and at its edges."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.systems import earlier_nearby, neighbour_density
from evenhand.systems.self_exciting_points import PointRules, fit_points, gathered_events, rates
from evenhand.tables.errors import BadSetting, CannotAnswer, EmptyTable
from tests.systems.made_up_echoes import branching_city
from tests.systems.self_exciting_points_twin import fit_by_tables, kernels_by_loops, plain_sum, rate_by_tables, single_events

SMALL = {"events": 120, "theta": 0.5, "fade_days": 5.0, "spread_m": 60.0, "side_m": 2_000.0, "days": 200}
FEW_TURNS = {"iterations": 6, "k_days": 20, "k_places": 5}


def small_city(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Events, some of them several at a time."""
    city = branching_city(seed, **SMALL)
    return city, np.random.default_rng(seed).choice([1, 1, 1, 2, 4], len(city))


def sums_of(fitted):
    return [[(c, w, h) for c, w, h in zip(*part, strict=True)] for part in (fitted.days, fitted.places, fitted.echo)]


@pytest.mark.parametrize(("seed", "at_zero"), [(2, "mirrored"), (3, "none"), (6, "none")])
def test_the_fit_is_that_of_tables_of_all_pairs(seed, at_zero):
    """With the same lots every event is drawn the same parent in every turn, and the rates agree to rounding."""
    city, number = small_city(seed)
    rules = PointRules(**FEW_TURNS, at_zero=at_zero, seed=seed)
    fitted = fit_points(gathered_events(*city.T, number, metres=rules.cut_m), rules)
    _, drawn, thetas, sums = fit_by_tables(*city.T, number, rules)
    assert 0.2 < fitted.theta < 0.9
    np.testing.assert_array_equal(fitted.echoes, [(parents >= 0).sum() for parents in drawn])
    assert fitted.theta == pytest.approx(thetas[-1])
    events = single_events(*city.T, number, rules.cut_m)
    parted = (events - events[drawn[-1]])[drawn[-1] >= 0]
    np.testing.assert_array_equal(np.unique(fitted.parted, axis=0), np.unique(parted, axis=0))
    points = np.random.default_rng(1).uniform(0, SMALL["side_m"], (300, 2))
    slow = rate_by_tables(events, sums, rules, points, day=201.0)
    np.testing.assert_allclose(rates(fitted, points, day=201.0, window_days=200, today="as-estimated"), slow, rtol=0, atol=1e-9 * slow.max())


def test_polynomials_in_boxes_give_the_same_fit(monkeypatch):
    """Forced upon a small city they change no draw, and rates by a twenty-thousandth of the highest at most."""
    city, number = small_city(3)
    rules = PointRules(**FEW_TURNS)
    events = gathered_events(*city.T, number, metres=rules.cut_m)
    plain = fit_points(events, rules)
    points = np.random.default_rng(1).uniform(0, SMALL["side_m"], (300, 2))
    expected = rates(plain, points, day=200.0, window_days=200)
    monkeypatch.setattr(neighbour_density, "FEW_POINTS", 1)
    monkeypatch.setattr(neighbour_density, "FEW_KERNELS", 2)
    boxed = fit_points(events, rules)
    np.testing.assert_array_equal(boxed.echoes, plain.echoes)
    np.testing.assert_array_equal(boxed.parted, plain.parted)
    found = rates(boxed, points, day=200.0, window_days=200)
    assert not np.array_equal(found, expected)
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-5 * expected.max())


def test_blocks_of_any_size_give_the_same_fit(monkeypatch):
    city, number = small_city(4)
    rules = PointRules(**FEW_TURNS)
    events = gathered_events(*city.T, number, metres=rules.cut_m)
    at_once = fit_points(events, rules)
    monkeypatch.setattr(earlier_nearby, "CANDIDATES", 7)
    in_blocks = fit_points(events, rules)
    np.testing.assert_array_equal(in_blocks.echoes, at_once.echoes)
    np.testing.assert_array_equal(in_blocks.parted, at_once.parted)


def test_the_order_of_events_does_not_matter_and_several_at_once_are_as_many_rows():
    city, number = small_city(5)
    rules = PointRules(**FEW_TURNS)
    shuffled = np.random.default_rng(1).permutation(number.sum())
    single = np.repeat(city, number, axis=0)[shuffled]
    one, other = (fit_points(gathered_events(*c.T, n, metres=500.0), rules) for c, n in ((city, number), (single, np.ones(len(single)))))
    np.testing.assert_array_equal(one.parted, other.parted)


def test_another_seed_gives_another_fit_and_the_same_seed_the_same():
    city, number = small_city(6)
    events = gathered_events(*city.T, number, metres=500.0)
    one, again, other = (fit_points(events, PointRules(**FEW_TURNS, seed=seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.parted, again.parted)
    assert not np.array_equal(one.echoes, other.echoes)


def test_background_and_echo_integrate_to_what_was_drawn():
    """Over a lattice that holds nearly all of each."""
    city, number = small_city(7)
    fitted = fit_points(gathered_events(*city.T, number, metres=500.0), PointRules(**FEW_TURNS, least=(2.0, 40.0)))
    days, places, echo = sums_of(fitted)
    assert plain_sum(days, np.arange(-500.0, 700.0)[:, None]).sum() == pytest.approx(fitted.from_background, rel=1e-3)
    wide = np.arange(-4_000.0, 6_000.0, 40.0)
    lattice = np.stack(np.meshgrid(wide, wide), axis=-1).reshape(-1, 2)
    assert plain_sum(places, lattice).sum() * 40.0**2 == pytest.approx(1.0, rel=1e-3)
    assert fitted.from_background + len(fitted.parted) == number.sum()
    volumes = sum(h * (2 * np.pi) ** 1.5 * w.prod() for _, w, h in echo)
    assert volumes == pytest.approx(fitted.theta)


def test_kernels_are_as_wide_as_the_kth_neighbour_is_far():
    points = np.random.default_rng(1).integers(0, 4, (60, 3)).astype(float)  # many stand at the same place
    kernels = neighbour_density.neighbour_density(points, k=4, least=[0.5, 0.5, 0.5])
    slow = {}
    for centre, widths, height in kernels_by_loops(points, 4, np.full(3, 0.5)):
        slow.setdefault(tuple(centre), [widths, 0.0])[1] += height
    assert len(kernels.heights) == len(slow) < 60
    for centre, widths, height in zip(*kernels, strict=True):
        np.testing.assert_allclose(widths, slow[tuple(centre)][0], rtol=1e-12)
        assert height == pytest.approx(slow[tuple(centre)][1])


@pytest.mark.slow
def test_simulated_echoes_come_back_a_little_too_many_and_too_wide():
    """Twelve cities of 1,500 events; truth: 0.4 further events for each, a mean wait of 7 days, 40 m. Means over cities, with 95 % intervals
    of 2.2 standard errors: 0.44 (0.43 to 0.45), 9.2 (8.5 to 9.9) days and 61 (58 to 65) m with k = 15; 0.41 (0.40 to 0.43), 7.9 (7.2 to 8.5) and
    53 (49 to 56) with k = 5. The kernels' own width takes in neighbours that are no echoes, and less of it where data are denser: with 6,000
    events as dense, k = 15 gives 0.412, 8.2 days and 53 m.
    """
    found = {k: [] for k in (5, 15)}
    for seed in range(12):
        city = branching_city(seed, events=1_500, theta=0.4, fade_days=7.0, spread_m=40.0, whole_days=False)
        events = gathered_events(*city.T, np.ones(len(city)), metres=500.0)
        for k, cities in found.items():
            fitted = fit_points(events, PointRules(k_places=k, least=(0.01, 0.5)))
            cities.append([fitted.theta, fitted.parted[:, 0].mean(), fitted.parted[:, 1:].std()])
    wide, narrow = (np.mean(found[k], axis=0) for k in (15, 5))
    error = np.std(found[15], axis=0, ddof=1) / np.sqrt(12)
    assert (error < [0.01, 0.5, 3.0]).all()
    assert (np.abs(wide - [0.44, 9.2, 61.0]) < [0.03, 1.3, 7.0]).all()
    assert (wide > np.array([0.4, 7.0, 40.0])).all()
    assert (np.abs(narrow - [0.4, 7.0, 40.0]) < np.abs(wide - [0.4, 7.0, 40.0])).all()


@pytest.mark.parametrize(("theta", "low", "high"), [(0.3, 0.2, 0.45), (0.7, 0.6, 0.85)])
def test_more_echoes_are_found_where_there_are_more(theta, low, high):
    city = branching_city(1, events=600, theta=theta, fade_days=7.0, spread_m=40.0, side_m=4_000.0, whole_days=False)
    fitted = fit_points(gathered_events(*city.T, np.ones(len(city)), metres=500.0), PointRules(least=(0.01, 0.5), iterations=20))
    assert low < fitted.theta < high


def test_no_echo_is_found_in_a_city_without():
    for seed in range(3):
        city = branching_city(seed, events=500, theta=0.0, fade_days=7.0, spread_m=40.0)
        assert fit_points(gathered_events(*city.T, np.ones(len(city)), metres=500.0)).theta < 0.01


@pytest.mark.parametrize(
    ("events", "error", "said"),
    [
        (np.zeros((0, 3)), EmptyTable, "nothing to learn from"),
        (np.array([[3.0, 10.0, 10.0]]), CannotAnswer, "on one day"),
        (np.array([[3.0, 10.0, 10.0]] * 400), CannotAnswer, "on one day"),
        (np.column_stack([np.full(50, 3.0), np.arange(50.0), np.arange(50.0)]), CannotAnswer, "on one day"),
        (np.column_stack([np.arange(50.0), np.full(50, 3.0), np.full(50, 3.0)]), CannotAnswer, "at one point"),
    ],
    ids=["none", "one", "one many times", "all on one day", "all at one point"],
)
def test_events_without_spread_are_refused(events, error, said):
    with pytest.raises(error, match=said):
        gathered_events(*events.T, np.ones(len(events)), metres=500.0)


def test_bursts_and_points_shared_by_hundreds_can_be_fitted():
    """Kernels have no width where more than k events share day and point: then the least one is taken, and all stays finite."""
    burst = np.array([[5.0, 100.0, 100.0]] * 200 + [[6.0, 100.0, 100.0]] * 200 + [[9.0, 800.0, 900.0], [40.0, 3_000.0, 100.0]])
    fitted = fit_points(gathered_events(*burst.T, np.ones(len(burst)), metres=500.0), PointRules(iterations=10))
    found = rates(fitted, np.array([[100.0, 100.0], [800.0, 900.0], [9_000.0, 9_000.0]]), day=41.0, window_days=41)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert found[0] > found[1] > found[2]


def test_two_events_far_apart_are_background():
    fitted = fit_points(gathered_events([1, 90], [0, 5_000], [0, 9_000], [1, 1], metres=500.0))
    assert (fitted.theta, fitted.from_background, fitted.echo) == (0.0, 2, None)


def test_more_pairs_than_can_be_gone_through_are_refused_with_what_to_change(monkeypatch):
    monkeypatch.setattr(earlier_nearby, "MOST_CANDIDATES", 100)
    city, number = small_city(8)
    with pytest.raises(CannotAnswer, match=r"pairs within 120 days.*Choose another reading"):
        fit_points(gathered_events(*city.T, number, metres=500.0))


@pytest.mark.parametrize("wrong", [{"at_zero": "cut"}, {"iterations": 0}, {"k_places": 0}, {"start": (1.0,)}, {"least": (0.0, 10.0)}, {"cut_m": float("nan")}])
def test_unknown_rules_are_refused(wrong):
    with pytest.raises(BadSetting, match=next(iter(wrong))):
        PointRules(**wrong)


def test_the_earlier_nearby_are_those_of_a_table_of_all_pairs(monkeypatch):
    rng = np.random.default_rng(1)
    events = np.column_stack([rng.integers(0, 60, 300), rng.integers(-40, 40, (300, 2)) * 25]).astype(float)
    events = events[earlier_nearby.order_of(events, metres=250.0)]
    later = np.vstack([events, [[70.0, 9_000.0, 0.0], [30.0, -5_000.0, -5_000.0], [65.0, 0.0, 1_010.0]]])  # some lie outside
    apart = later[:, None, :] - events[None, :, :]
    near = (apart[..., 0] > 0) & (apart[..., 0] <= 14) & (np.hypot(apart[..., 1], apart[..., 2]) <= 250)
    for at_once in (2**20, 50):
        monkeypatch.setattr(earlier_nearby, "CANDIDATES", at_once)
        blocks = list(earlier_nearby.Earlier(events, 14.0, 250.0).before(later))
        assert (blocks[0].first, blocks[-1].end) == (0, len(later))
        found = np.column_stack([np.concatenate([b.later for b in blocks]), np.concatenate([b.earlier for b in blocks])])
        np.testing.assert_array_equal(found, np.argwhere(near))
        np.testing.assert_array_equal(np.concatenate([b.apart for b in blocks]), apart[near])
