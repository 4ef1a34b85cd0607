"""Every case of the grid forecast's benchmark does what the one beside it does: small inputs, equal forecasts, no clock."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import grid_forecast as benchmark

# The peers warn of their own affairs.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grid-forecast")
    benchmark.make(36, folder)
    return benchmark.load(36, folder)


@pytest.mark.parametrize("name", benchmark.SAME_AS)
def test_a_peer_forecasts_what_ours_does(name, data):
    cases = {case.name: case for case in benchmark.BENCHMARK.cases}
    if cases[name].lacking:
        pytest.skip(f"not installed: {', '.join(cases[name].lacking)}")
    peer, ours = cases[name].run(data).values, cases[benchmark.SAME_AS[name]].run(data).values
    assert set(peer) == set(ours)
    for one, values in ours.items():
        np.testing.assert_allclose(peer[one], values, rtol=1e-6, atol=1e-8, err_msg=one)


def test_from_rows_the_same_comes_out_as_from_columns_that_are_there(data):
    cases = {case.name: case for case in benchmark.BENCHMARK.cases}
    np.testing.assert_allclose(cases[benchmark.WHOLE].run(data).values["expected"], cases[benchmark.RIDGED].run(data).values["expected"], rtol=1e-9)
