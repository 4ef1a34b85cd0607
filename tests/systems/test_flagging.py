"""From scores to flagged cells: the highest first, ties as stated, spots that keep apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.systems.flagging import flag, flag_many
from evenhand.tables.errors import BadSetting, CannotAnswer


def top_by_loop(scores, grid, k) -> set[int]:
    """The slow twin: again and again take the best cell left; among equals the one further south, then further west."""
    left = {i: (-scores[i], grid.centres_m[i][1], grid.centres_m[i][0]) for i in range(len(grid)) if scores[i] > 0}
    taken: set[int] = set()
    while left and len(taken) < k:
        best = min(left, key=lambda i: left[i])
        taken.add(best)
        del left[best]
    return taken


def spaced_by_loop(scores, grid, k) -> set[int]:
    """The same, passing over every cell whose square touches one already taken."""
    order = sorted((i for i in range(len(grid)) if scores[i] > 0), key=lambda i: (-scores[i], grid.centres_m[i][1], grid.centres_m[i][0]))
    taken: list[int] = []
    for i in order:
        if len(taken) < k and all(np.abs(grid.centres_m[i] - grid.centres_m[j]).max() > 1.5 * grid.cell_m for j in taken):
            taken.append(i)
    return set(taken)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [1, 20, 60])
def test_the_highest_are_flagged_and_ties_fall_as_stated(seed, k, grid):
    scores = np.random.default_rng(seed).integers(0, 6, len(grid)).astype(float)  # many ties
    assert set(np.flatnonzero(flag(scores, grid, k=k))) == top_by_loop(scores, grid, k)
    assert set(np.flatnonzero(flag(scores, grid, k=k, rule="spaced-cells"))) == spaced_by_loop(scores, grid, k)


def test_all_alike_go_to_the_south_then_to_the_west(grid):
    flagged = flag(np.ones(len(grid)), grid, k=3)
    assert np.flatnonzero(flagged).tolist() == [0, 1, 2]
    assert (grid.centres_m[flagged][:, 1] == grid.centres_m[:, 1].min()).all()


def test_sums_that_differ_by_their_order_alone_are_a_tie(grid):
    """0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1 to the last digit; the tie still goes south, whichever is the larger."""
    one, other = 0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1
    assert one != other
    for pair in ((one, other), (other, one)):
        scores = np.zeros(len(grid))
        scores[[3, 70]] = pair
        assert np.flatnonzero(flag(scores, grid, k=1)).tolist() == [3]
        assert np.flatnonzero(flag_many(scores[:, None], k=1)[:, 0]).tolist() == [3]


def test_spaced_cells_never_touch_even_at_a_corner(grid):
    for seed in range(20):
        at = grid.centres_m[flag(np.random.default_rng(seed).random(len(grid)), grid, k=25, rule="spaced-cells")]
        apart = np.abs(at[:, None] - at[None]).max(axis=2) + np.eye(len(at)) * 1e9
        assert apart.min() >= 2 * grid.cell_m


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), k=st.integers(1, 40), levels=st.integers(1, 30))
def test_many_maps_at_once_are_flagged_as_each_alone(grid, seed, k, levels):
    maps = np.random.default_rng(seed).integers(0, levels + 1, (len(grid), 6)).astype(float)
    maps[0] = 1.0  # no map is empty
    together = flag_many(maps, k=k)
    for i in range(6):
        np.testing.assert_array_equal(together[:, i], flag(maps[:, i], grid, k=k))


def test_cells_without_a_score_are_never_flagged(grid):
    scores = np.zeros(len(grid))
    scores[[5, 9]] = 1
    assert np.flatnonzero(flag(scores, grid, k=20)).tolist() == [5, 9]
    assert np.flatnonzero(flag_many(scores[:, None], k=20)[:, 0]).tolist() == [5, 9]
    assert not flag_many(np.zeros((len(grid), 2)), k=3).any()


def test_no_score_at_all_is_no_answer(grid):
    with pytest.raises(CannotAnswer, match="no recorded crime to learn from"):
        flag(np.zeros(len(grid)), grid)


@pytest.mark.parametrize("k", [0, -1, 10_000])
def test_a_number_of_spots_that_cannot_be_is_refused(k, grid):
    with pytest.raises(BadSetting, match="cannot be flagged"):
        flag(np.ones(len(grid)), grid, k=k)


def test_an_unknown_rule_is_refused_by_name(grid):
    with pytest.raises(BadSetting, match="no rule 'hexagons'.*spaced-cells"):
        flag(np.ones(len(grid)), grid, rule="hexagons")
