"""Ensign's urns: the fixed points worked out from the authors' polynomial, and simulations that reach them."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.urns import limit_share, replacement, run_urns
from evenhand.tables.errors import BadSetting

TOP_TWO = (3.68511, 2.816466)
TOP_AND_RANDOM = (3.68511, 2.35592)


@pytest.mark.parametrize(("discovered", "share"), [(1.0, 1.0), (0.9, 0.7759), (0.8, 0.6826), (0.7, 0.6387), (0.6, 0.6143), (0.5, 0.5989)])
def test_ensign_2018_limits_without_the_correction(discovered, share):
    """Ensign and others (2018): the limits of the urns with Oakland's two busiest bins; arithmetic from the polynomial of their published code."""
    assert limit_share(*TOP_TWO, discovered=discovered) == pytest.approx(share, abs=5e-5)


@pytest.mark.parametrize(("rates", "share"), [(TOP_TWO, 0.56680), (TOP_AND_RANDOM, 0.61001)])
def test_ensign_2018_the_correction_gives_the_true_share_whatever_is_reported(rates, share):
    for discovered in (1.0, 0.8, 0.5):
        assert limit_share(*rates, discovered=discovered, is_corrected=True) == pytest.approx(share, abs=5e-6)


def test_the_limit_is_where_the_colours_keep_their_proportion():
    for discovered in (0.2, 0.6, 0.95):
        p = limit_share(*TOP_TWO, discovered=discovered)
        a, b, c, d = replacement(*TOP_TWO, discovered=discovered)
        to_a, to_b = p * a + (1 - p) * c, p * b + (1 - p) * d
        assert to_a / (to_a + to_b) == pytest.approx(p, abs=1e-9)


def test_even_half_reported_leaves_the_busier_place_too_many_patrols():
    """The specification's reading of the curve: 3.2 points over the true share at half."""
    over = limit_share(*TOP_TWO, discovered=0.5) - TOP_TWO[0] / sum(TOP_TWO)
    assert 100 * over == pytest.approx(3.2, abs=0.05)


def test_equal_places_have_no_limit_with_discoveries_alone():
    assert np.isnan(limit_share(2.0, 2.0, discovered=1.0))
    assert limit_share(2.0, 2.0, discovered=0.5) == pytest.approx(0.5)


@pytest.mark.parametrize("discovered", [0.7, 0.6, 0.5])
def test_simulated_urns_reach_the_limit_within_monte_carlo_error(discovered):
    shares = run_urns(*TOP_TWO, prior=(60, 40), days=6000, replicates=150, discovered=discovered, seed=4, every=6000)[-1]
    error = shares.std(ddof=1) / np.sqrt(len(shares))
    assert abs(shares.mean() - limit_share(*TOP_TWO, discovered=discovered)) < 4 * error + 0.003


@pytest.mark.parametrize("discovered", [1.0, 0.8, 0.5])
def test_corrected_urns_reach_the_true_share(discovered):
    shares = run_urns(*TOP_TWO, prior=(60, 40), days=6000, replicates=150, discovered=discovered, is_corrected=True, seed=5, every=6000)[-1]
    error = shares.std(ddof=1) / np.sqrt(len(shares))
    assert abs(shares.mean() - TOP_TWO[0] / sum(TOP_TWO)) < 4 * error + 0.003


def test_discoveries_alone_run_away_from_oaklands_own_prior():
    """Prior 609:379, 1,000 days, a hundredth forgotten a day: the busier bin's share only grows, far past the true 57 %."""
    shares = run_urns(*TOP_TWO, prior=(609, 379), days=1000, replicates=300, forgotten=0.01, seed=6, every=250)
    middle = shares.mean(axis=1)
    assert (np.diff(middle) > 0).all()
    assert middle[-1] > 0.8


def test_equal_places_with_discoveries_alone_spread_like_a_beta():
    """With one incident a day in either place the urn is Pólya's: the share tends to a Beta(1, 1), so every share is as likely."""
    shares = run_urns(1.0, 1.0, prior=(1, 1), days=3000, replicates=1500, discovered=1.0, seed=7, every=3000)[-1]
    assert 0.2 < shares.std() < 0.45, "spread over the whole of 0 to 1"
    assert np.mean(shares < 0.1) > 0.04


def test_the_same_seed_gives_the_same_urns():
    one, two, other = (run_urns(3.0, 2.0, days=50, replicates=20, seed=seed) for seed in (1, 1, 2))
    assert (one == two).all()
    assert (one != other).any()


@pytest.mark.parametrize(
    "more", [{"prior": (0, 5)}, {"days": 0}, {"replicates": 0}, {"forgotten": 1.0}, {"discovered": 1.2}, {"every": 0}]
)
def test_settings_no_urn_has_are_refused(more):
    with pytest.raises(BadSetting):
        run_urns(3.0, 2.0, **{"days": 10, **more})


@pytest.mark.parametrize("rates", [(0.0, 1.0), (1.0, -1.0), (float("nan"), 1.0)])
def test_rates_must_be_above_nought(rates):
    with pytest.raises(BadSetting, match="above 0"):
        limit_share(*rates, discovered=0.5)


@pytest.mark.slow
def test_every_limit_of_the_table_is_reached_given_time():
    for rates in (TOP_TWO, TOP_AND_RANDOM):
        for discovered in (0.9, 0.8, 0.7, 0.6, 0.5):
            shares = run_urns(*rates, prior=(2, 2), days=20_000, replicates=100, discovered=discovered, seed=8, every=20_000)[-1]
            error = shares.std(ddof=1) / np.sqrt(len(shares))
            # The slower the urn settles, the more of its beginning is left in it: 0.9 is the slowest.
            assert abs(shares.mean() - limit_share(*rates, discovered=discovered)) < 4 * error + (0.02 if discovered == 0.9 else 0.003), (rates, discovered)
