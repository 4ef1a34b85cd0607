"""Every case of the risk-factor benchmark answers its question on little data, and those with the same question answer alike."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import rtm

# The peers warn of their own affairs.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rtm")
    rtm.make(300, folder)
    cases = [case for case in rtm.BENCHMARK.cases if not case.lacking]
    return {case.name: case.run(case.prepare(rtm.load(300, folder))).values for case in cases}


def test_the_path_keeps_what_glum_keeps_under_the_same_penalty(found):
    ours = found[rtm.PATH]
    for name in ("glum CV, sparse columns", "glum CV, plain array"):
        np.testing.assert_array_equal(ours["columns"], found[name]["columns"])
        assert found[name]["penalty"] == pytest.approx(ours["penalty"], rel=1e-9)


def test_the_steps_are_those_of_plain_refits(found):
    ours = found[rtm.STEP]
    for name in ("statsmodels GLM at each step", "glum at each step"):
        np.testing.assert_array_equal(ours["columns"], found[name]["columns"])
        assert found[name]["bic"] == pytest.approx(ours["bic"], abs=1e-4)


def test_one_fit_is_that_of_statsmodels(found):
    assert found["statsmodels `NegativeBinomial`, NB1"]["bic"] == pytest.approx(found[rtm.ONCE]["bic"], abs=1e-3)


def test_the_whole_choice_finds_columns_that_matter(found):
    assert (found[rtm.WHOLE]["columns"] < rtm.THAT_MATTER).sum() >= 3
