"""The same flagged ground on many grids, against clipping each cell, and points counted anew."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from evenhand.audit.about import About
from evenhand.audit.exposure import exposure_ratio
from evenhand.audit.other_grids import Areas, FlaggedGround, Layout, Points, layouts, sweep, sweep_findings
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer
from tests.audit.square_town import GROUPS, WEST, flagged_share, town

ABOUT = About("exposure", "Anywhere", "2024", "made up")
AREAS, RESIDENTS = town()
RANDOM = np.random.default_rng(2)


def ratio_by_clipping(layout: Layout) -> float:
    """The slow twin: each cell clipped by the flagged ground, and its people's share of it flagged."""
    exposed = np.zeros(2)
    side, (east, north) = layout.cell_m, layout.origin
    for x in np.arange(east * side - side, 3200, side):
        for y in np.arange(north * side - side, 2400, side):
            cell = shapely.box(x, y, x + side, y + side)
            within = [cell.intersection(square).area for square in AREAS.geometry]
            if sum(within) > 0:
                part = cell.intersection(WEST).area / sum(within)
                exposed += part * (np.array(within) / 400.0**2) @ RESIDENTS.to_numpy()
    share = exposed / RESIDENTS.to_numpy().sum(axis=0)
    return share[0] / share[1]


@pytest.mark.parametrize("layout", [Layout("own", 250.0, (0.0, 0.0)), Layout("own", 500.0, (0.25, 0.75)), Layout("own", 1000.0, (0.5, 0.5))])
def test_flagged_ground_on_a_grid_is_that_of_clipping_each_cell(layout):
    ask = FlaggedGround(WEST, {"own": Areas(AREAS, RESIDENTS)}, "White")
    assert ask(layout)[0] == pytest.approx(ratio_by_clipping(layout))


def test_on_fine_cells_the_ratio_is_that_of_the_polygons_and_coarse_cells_draw_it_towards_one():
    ask = FlaggedGround(WEST, {"own": Areas(AREAS, RESIDENTS)}, "White")
    exact = exposure_ratio(RESIDENTS, flagged_share(WEST), reference=1)[0]
    assert ask(Layout("own", 10.0, (0.0, 0.0)))[0] == pytest.approx(exact, rel=1e-3)
    assert 1 < ask(Layout("own", 4000.0, (0.0, 0.0)))[0] + 1e-9 < exact


def test_points_are_counted_anew_and_as_much_ground_flagged():
    x, y = RANDOM.uniform(0, 3200, 500), RANDOM.uniform(0, 2400, 500)
    ask = Points(x, y, np.ones(500), 0.36, {"own": Areas(AREAS, RESIDENTS)}, "White")
    layout = Layout("own", 400.0, (0.0, 0.0))
    count = np.histogram2d(y, x, bins=[np.arange(0, 2401, 400), np.arange(0, 3201, 400)])[0].ravel()
    top = np.argsort(-count, kind="stable")[:2]  # 0.36 km2 are 2.25 cells of 0.16
    assert ask(layout)[0] == pytest.approx(exposure_ratio(RESIDENTS, np.isin(np.arange(48), top), reference=1)[0])


def test_the_sweep_asks_every_layout_and_tells_how_far_it_is():
    ask = FlaggedGround(WEST, {"own": Areas(AREAS, RESIDENTS)}, "White")
    over = layouts(["own"], cells_m=(250.0, 500.0))
    told: list[float] = []
    one = sweep(ask, over, GROUPS, tell=lambda what, share: told.append(share))
    assert len(one.table) == 16
    assert one.table.loc[0, "ratio_Black"] == pytest.approx(ask(over[0])[0])
    assert told[-1] == 1


@pytest.mark.slow
def test_two_processes_give_what_one_gives():
    ask, over = FlaggedGround(WEST, {"own": Areas(AREAS, RESIDENTS)}, "White"), layouts(["own"])
    np.testing.assert_array_equal(sweep(ask, over, GROUPS, n_jobs=2).ratios, sweep(ask, over, GROUPS).ratios)


def test_findings_give_median_and_range_and_say_when_the_conclusion_turns():
    made = sweep(lambda layout: np.array([layout.cell_m / 300, 1.0]), layouts(["own"]), GROUPS)
    (found,) = sweep_findings(made, value={"Black": 1.4}, residents={"Black": 70.0}, about=ABOUT, reference="White")
    assert (found.value, found.low, found.high) == (pytest.approx(250 / 300), pytest.approx(100 / 300), pytest.approx(1000 / 300))
    assert (found.level, found.n, found.settings["layouts"]) == (None, 70.0, 40)
    assert "on 24 of 40 the ratio lies on the other side" in found.caveats[0]
    (steady,) = sweep_findings(sweep(lambda layout: np.array([2.0, 1.0]), layouts(["own"]), GROUPS), value={"Black": 1.4}, residents={"Black": 70.0},
                               about=ABOUT, reference="White")  # fmt: skip
    assert len(steady.caveats) == 1


def test_a_layout_that_cannot_answer_is_left_out_and_none_at_all_is_null():
    def ask(layout: Layout) -> np.ndarray:
        if layout.cell_m > 400:
            raise CannotAnswer("too coarse")
        return np.array([2.0, 1.0]) if layout.cell_m < 200 else np.array([np.nan, np.nan])

    made = sweep(ask, layouts(["own"]), GROUPS)
    (found,) = sweep_findings(made, value={"Black": 2.0}, residents={"Black": 70.0}, about=ABOUT, reference="White")
    assert found.settings["answered"] == 16
    (none,) = sweep_findings(sweep(ask, layouts(["own"], cells_m=[500]), GROUPS), value={}, residents={"Black": 70.0}, about=ABOUT, reference="White")
    assert none.value is None


def test_a_sweep_over_nothing_or_of_other_groups_is_refused():
    with pytest.raises(BadSetting, match="no layout"):
        sweep(lambda layout: np.ones(2), [], GROUPS)
    with pytest.raises(BadValue, match="3 ratios for 2 groups"):
        sweep(lambda layout: np.ones(3), layouts(["own"]), GROUPS)
    with pytest.raises(BadSetting, match="no group 'Other'"):
        sweep(FlaggedGround(WEST, {"own": Areas(AREAS, RESIDENTS)}, "Other"), layouts(["own"])[:1], GROUPS)
