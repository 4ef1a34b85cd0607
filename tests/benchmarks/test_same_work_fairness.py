"""Every case of the fairness benchmark does the same work: small inputs, equal answers, no clock. A peer that is not installed is skipped."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks import fairness
from benchmarks.made_up_scores import GROUPS, write_scores

# The peers warn of their own affairs.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scores")
    fairness.make(20_000, folder)
    return fairness.load(20_000, folder)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in fairness.BENCHMARK.cases])
def test_every_table_of_error_rates_is_that_of_a_plain_grouping(case, people, monkeypatch):
    if case.lacking:
        pytest.skip(f"not installed: {', '.join(case.lacking)}")
    monkeypatch.setattr(fairness, "REPLICATES", 40)
    found, reference = case.run(people).values, fairness.by_pandas(people).values
    np.testing.assert_allclose(found["rates"], reference["rates"], rtol=1e-12)
    np.testing.assert_allclose(found["odds"], reference["odds"], rtol=1e-12)


def test_made_up_people_are_the_same_every_time(tmp_path):
    for name in ("one", "other"):
        write_scores(tmp_path / name, 500)
    one, other = (pd.read_parquet(tmp_path / name) for name in ("one", "other"))
    assert one.equals(other)
    assert set(one["group"]) <= set(GROUPS)
