"""Redraws of recorded crimes: merging changes nothing, and what is drawn follows the law it should."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import binom

from evenhand.audit.resampling import merged, redrawn_flags
from evenhand.tables.errors import BadSetting


def highest(scores):
    return np.arange(len(scores))[:, None] == scores.argmax(axis=0)


@pytest.fixture
def rows():
    """Forty rows of which many add the same, some add nothing and some stand for no event."""
    rng = np.random.default_rng(6)
    kinds = rng.random((8, 9)) * (rng.random((8, 9)) < 0.5)
    kinds[:, 4] = 0
    alike = rng.integers(0, 9, 40)
    return csr_array(kinds[:, alike]), rng.integers(0, 5, 40).astype(float), alike


def test_merging_rows_that_are_alike_leaves_every_score(rows):
    contributions, events, alike = rows
    fewer, together = merged(contributions, events, alike)
    np.testing.assert_allclose(fewer @ together, contributions @ events, rtol=1e-12)
    by_hand = {kind: events[alike == kind].sum() for kind in set(alike.tolist()) if kind != 4}
    assert sorted(together) == sorted(n for n in by_hand.values() if n > 0)


def test_merging_leaves_out_what_adds_nothing(rows):
    contributions, events, alike = rows
    fewer, together = merged(contributions, events, alike)
    assert (np.diff(fewer.tocsc().indptr) > 0).all()
    assert (together > 0).all()


def test_merging_does_not_change_the_law_of_the_redraws(rows):
    """How often each cell is flagged, over 4,000 redraws; limits at four standard errors of a difference."""
    contributions, events, alike = rows
    adds = np.asarray(np.diff(contributions.tocsc().indptr) > 0)
    one = redrawn_flags(contributions[:, adds], events[adds], highest, replicates=4000, seed=1).mean(axis=1)
    other = redrawn_flags(*merged(contributions, events, alike), highest, replicates=4000, seed=2).mean(axis=1)
    assert (np.abs(one - other) <= 4 * np.sqrt(2 * 0.25 / 4000)).all()


@pytest.mark.parametrize(("here", "there"), [(9, 1), (6, 5), (30, 28)])
def test_a_cell_is_flagged_as_often_as_the_binomial_says(here, there):
    """Two cells, one kind of crime: the first is flagged when it has at least half of the draws (a tie is its own)."""
    flagged = redrawn_flags(csr_array(np.eye(2)), np.array([here, there], dtype=float), highest, replicates=20_000, seed=3)[0].mean()
    total = here + there
    exactly = binom.sf(np.ceil(total / 2) - 1, total, here / total)
    assert flagged == pytest.approx(exactly, abs=4 * np.sqrt(exactly * (1 - exactly) / 20_000) + 1e-9)


def test_every_redraw_has_as_many_crimes_and_their_mean_is_what_was_recorded(rows):
    contributions, events, _ = rows
    seen = []

    def keep(scores):
        seen.append(scores)
        return scores > 0

    redrawn_flags(csr_array(np.eye(len(events))), events, keep, replicates=3000, seed=4)
    drawn = np.concatenate(seen, axis=1)
    assert (drawn.sum(axis=0) == events.sum()).all()
    assert (np.abs(drawn.mean(axis=1) - events) <= 5 * np.sqrt(np.maximum(events, 1e-9) / 3000) + 1e-12).all()
    assert (drawn[events == 0] == 0).all()


def test_the_same_seed_gives_the_same_redraws(rows):
    contributions, events, _ = rows
    one, again, other = (redrawn_flags(contributions, events, highest, replicates=250, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert one.shape == (8, 250)
    assert (one != other).any()


def test_rows_that_add_differently_are_not_merged_in_silence():
    apart = csr_array(np.array([[1.0, 2.0]]))
    with pytest.raises(BadSetting, match="needs the month"):
        merged(apart, np.array([1.0, 1.0]), np.array([0, 0]))
