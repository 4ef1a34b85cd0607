"""Systems on the same share of ground: brute force over ties, conservation of ground, overlap."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.audit.same_ground import flagged_part, ground_shared, shared_by_lot
from evenhand.tables.errors import BadSetting


def one_order(order, ground, share) -> np.ndarray:
    """Cells taken one by one in an order, the last in part, until the ground is used up."""
    left, part = share * ground.sum(), np.zeros(len(ground))
    for cell in order:
        part[cell] = min(1.0, left / ground[cell]) if left > 0 else 0.0
        left -= part[cell] * ground[cell]
    return part


@pytest.mark.parametrize("share", [0.1, 0.33, 0.5, 0.75, 1.0])
def test_ties_get_the_mean_over_every_way_to_break_them_where_cells_are_alike(share):
    scores, ground = np.array([3.0, 1.0, 3.0, 2.0, 3.0, 1.0]), np.ones(6)
    orders = [order for order in permutations(range(6)) if all(scores[a] >= scores[b] for a, b in zip(order, order[1:], strict=False))]
    expected = np.mean([one_order(order, ground, share) for order in orders], axis=0)
    np.testing.assert_allclose(flagged_part(scores, ground, share), expected, atol=1e-12)


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0.01, 5)), min_size=1, max_size=30), st.floats(0.001, 1))
def test_the_ground_flagged_is_the_ground_asked_for(cells, share):
    scores, ground = (np.array(column, dtype=float) for column in zip(*cells, strict=True))
    part = flagged_part(scores, ground, share)
    assert part @ ground == pytest.approx(share * ground.sum(), rel=1e-9)
    assert ((part >= 0) & (part <= 1)).all()
    for score in np.unique(scores):  # nothing lower is flagged before what is higher is flagged whole
        assert part[scores > score].min(initial=1) == pytest.approx(1) or part[scores == score].max() == pytest.approx(0, abs=1e-9)


def test_each_period_by_itself_is_the_same_as_all_together():
    rng = np.random.default_rng(2)
    scores, ground = rng.integers(0, 5, (4, 20)).astype(float), rng.uniform(0.1, 2, 20)
    together = flagged_part(scores, ground, 0.2)
    for row, one in zip(together, scores, strict=True):
        np.testing.assert_array_equal(row, flagged_part(one, ground, 0.2))


@pytest.mark.parametrize("share", [0, -0.1, 1.1, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(BadSetting, match="no share of ground"):
        flagged_part([1.0], [1.0], share)


def test_the_overlap_of_whole_pieces_is_that_of_sets():
    rng = np.random.default_rng(3)
    a, b, size = rng.random(50) < 0.3, rng.random(50) < 0.4, rng.uniform(1, 2, 50)
    assert float(ground_shared(a, b, size)) == pytest.approx(size[a & b].sum() / size[a | b].sum())
    assert float(ground_shared(a, a, size)) == 1
    assert np.isnan(ground_shared(np.zeros(50), np.zeros(50), size))


def test_maps_drawn_by_lot_share_what_is_said():
    rng = np.random.default_rng(4)
    shares = [float(ground_shared(*(np.isin(np.arange(5000), rng.choice(5000, 250, replace=False)) for _ in range(2)), np.ones(5000))) for _ in range(200)]
    assert np.mean(shares) == pytest.approx(shared_by_lot(0.05), rel=0.05)
