"""The same flagged places within several frames, and on many grids."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.audit.about import About
from evenhand.audit.exposure import Exposed, exposure_ratio
from evenhand.audit.other_grids import Areas, FlaggedGround, Layout, Points, layouts, sweep, sweep_findings
from evenhand.audit.study_frames import frame_findings, is_built_up
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer

ABOUT = About("exposure", "Anywhere", "2024", "made up")
GROUPS = ["Black", "White"]
RANDOM = np.random.default_rng(2)


def town(columns=8, rows=6, side=400.0) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Square areas; the western half is home to most of the group."""
    at = [(column, row) for row in range(rows) for column in range(columns)]
    squares = [shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side) for x, y in at]
    codes = [f"A{number:02d}" for number in range(len(at))]
    black = [60 if x < columns / 2 else 10 for x, _ in at]
    residents = pd.DataFrame({"Black": black, "White": [200] * len(at)}, index=codes, dtype=float)
    return gpd.GeoDataFrame({"area_code": codes}, geometry=squares, crs="EPSG:27700"), residents


AREAS, RESIDENTS = town()
WEST = shapely.union_all([shapely.box(130, 470, 430, 900), shapely.box(900, 1700, 1080, 1990)])


def flagged_share(ground) -> np.ndarray:
    return np.array([square.intersection(ground).area / square.area for square in AREAS.geometry])


def frames(decoy: float = 0.0) -> dict[str, Exposed]:
    """The town, its western half, and the town with as much again beside it where only the reference lives."""
    share = flagged_share(WEST)
    west = np.array(RESIDENTS["Black"] == 60)
    beside = pd.DataFrame({"Black": decoy, "White": 200.0}, index=[f"B{i:02d}" for i in range(len(RESIDENTS))])
    return {
        "place": Exposed(RESIDENTS, share, None),
        "west": Exposed(RESIDENTS[west], share[west], None),
        "with neighbours": Exposed(pd.concat([RESIDENTS, beside]), np.append(share, np.zeros(len(beside))), None),
    }


def test_each_frame_has_the_ratio_of_its_own_residents():
    found = {f.group: f for f in frame_findings(frames(), about=ABOUT, reference="White") if f.measure == "exposure_ratio_by_frame"}
    for name, frame in frames().items():
        expected = exposure_ratio(frame.residents, frame.flagged_share, reference=1)[0]
        one = found[f"Black, {name}"]
        assert one.value == pytest.approx(expected)
        assert one.n == frame.residents["Black"].sum()
        assert one.low is None or one.low < one.value < one.high
    assert found["Black, west"].value == pytest.approx(1), "everybody there lives alike"
    assert found["Black, place"].value < found["Black, with neighbours"].value


def test_the_range_over_frames_says_when_the_conclusion_depends_on_the_frame():
    stays = frame_findings(frames(), about=ABOUT, reference="White")[-1]
    assert stays.measure == "exposure_ratio_over_frames"
    assert stays.low == pytest.approx(1)
    turned = frame_findings(frames(decoy=900.0), about=ABOUT, reference="White")[-1]
    assert turned.low < 1 < turned.high
    assert "depends on the frame" in turned.caveats[0]


def test_one_frame_is_no_comparison_and_an_empty_one_is_null():
    with pytest.raises(CannotAnswer, match="only one frame"):
        frame_findings({"place": frames()["place"]}, about=ABOUT, reference="White")
    empty = Exposed(RESIDENTS, np.zeros(len(RESIDENTS)), None)
    found = frame_findings({"place": frames()["place"], "elsewhere": empty}, about=ABOUT, reference="White")
    nobody = next(f for f in found if f.group == "Black, elsewhere")
    assert nobody.value is None
    assert "nobody of the group compared with" in nobody.caveats[0]
    assert found[-1].value is None


def test_built_up_ground_is_where_a_thousand_live_on_a_square_kilometre():
    assert is_built_up(np.array([1000.0, 999.0]), np.array([1.0, 1.0])).tolist() == [True, False]


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


def test_the_sweep_asks_every_layout_and_gives_the_same_with_two_processes():
    ask = FlaggedGround(WEST, {"own": Areas(AREAS, RESIDENTS)}, "White")
    over = layouts(["own"], cells_m=(250.0, 500.0))
    told: list[float] = []
    one = sweep(ask, over, GROUPS, tell=lambda what, share: told.append(share))
    assert len(one.table) == 16
    assert one.table.loc[0, "ratio_Black"] == pytest.approx(ask(over[0])[0])
    assert told[-1] == 1
    np.testing.assert_array_equal(sweep(ask, over[:4], GROUPS, n_jobs=2).ratios, one.ratios[:4])


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
