"""Every case of the spatial benchmark answers the same question on a small map, and says what its answer rests on."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import spatial

# The peers warn of their own affairs.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spatial")
    spatial.make(300, folder)
    return spatial.load(300, folder)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in spatial.BENCHMARK.cases])
def test_every_case_gives_a_p_value_and_the_nulls_it_rests_on(case, work, monkeypatch):
    if case.lacking:
        pytest.skip(f"not installed: {', '.join(case.lacking)}")
    monkeypatch.setattr(spatial, "ROLLED", 20)
    monkeypatch.setattr(spatial, "SHUFFLES", 99)
    found = case.run(case.prepare(work)).values
    assert 0 < found["p"][0] <= 1 or case.name.startswith("a loop")
    assert found["nulls"][0] >= 99 or "effective" in case.name


def test_shifts_are_the_same_whatever_is_at_hand_before_the_clock(work):
    ways = [case for case in spatial.BENCHMARK.cases if "Shifting" in case.name or "within the clock" in case.name]
    assert len({float(case.run(case.prepare(work)).values["p"][0]) for case in ways}) == 1


def test_the_torus_is_the_loop_over_rolled_rasters(work):
    data = work.read()
    shifts = spatial.torus_correlation(data["first_raster"], data["second_raster"])
    for row, column in ((0, 0), (3, 500), (200, 7)):
        rolled = np.roll(data["first_raster"], (row, column), (0, 1))
        assert shifts.moved[row, column] == pytest.approx(np.corrcoef(rolled.ravel(), data["second_raster"].ravel())[0, 1], abs=1e-10)
