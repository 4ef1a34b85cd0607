"""Every case of the near-repeat benchmark counts the same pairs of a small city, and its deals are alike; no clock."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import near_repeat
from tests.audit import knox_by_hand

# The peer warns of its own affairs.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    folder = tmp_path_factory.mktemp("near-repeat")
    near_repeat.make(200, folder)
    return near_repeat.load(200, folder)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in near_repeat.BENCHMARK.cases])
def test_every_case_counts_the_pairs_of_loops(case, events):
    if case.lacking:
        pytest.skip(f"not installed: {', '.join(case.lacking)}")
    x_m, y_m, day = events.T.tolist()
    pairs = knox_by_hand.table(x_m, y_m, day, (near_repeat.NEAR_M,), (near_repeat.NEAR_DAYS,), closed="upper", metric="euclidean")
    expected = pairs[0].sum() * pairs[:, 0].sum() / pairs.sum()
    found = case.run(case.prepare(events)).values
    assert found["pairs"].tolist() == [pairs[0, 0]]
    mean, spread = found["dealt"]
    assert abs(mean - expected) < 4 * spread / np.sqrt(99)
