"""Every case of the Gi* benchmark gives the same scores on a small city; no clock. A peer that is not installed is skipped."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import gi_star

# The peers warn of their own affairs.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gi-star")
    gi_star.make(400, folder)
    return gi_star.load(400, folder)


def cases():
    """All of them; the shuffling one compiles itself for a minute first."""
    return [pytest.param(case, id=case.name, marks=[pytest.mark.slow] if "permutations" in case.name else []) for case in gi_star.BENCHMARK.cases]


@pytest.mark.parametrize("case", cases())
def test_every_case_gives_the_formulas_scores(case, work):
    if case.lacking:
        pytest.skip(f"not installed: {', '.join(case.lacking)}")
    ((kind, z),) = case.run(case.prepare(work)).values.items()
    matrix = gi_star.within_band(work.side) if kind == "band" else gi_star.neighbours(work.side) + gi_star.diags_array(np.ones(400))
    assert matrix[210].sum() == (29 if kind == "band" else 9)
    np.testing.assert_allclose(z, gi_star.formula(work.counts, matrix), rtol=1e-9, atol=1e-9)
