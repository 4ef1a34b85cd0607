"""Association asked of one's own tables: a planted link is found, none is found where none is, and slips are named."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.study.question import Asked
from evenhand.study.questions.association import QUESTION
from evenhand.tables.area_scores import TABLE
from evenhand.tables.errors import BadSetting, BadValue, MissingColumn, OutsidePlace

SIDE = 14


@pytest.fixture(scope="module")
def town():
    """A town of 196 areas; Black residents live to the rhythm of a map of bumps, White residents everywhere."""
    rng = np.random.default_rng(3)
    boxes = [shapely.box(500 * x, 500 * y, 500 * x + 500, 500 * y + 500) for y in range(SIDE) for x in range(SIDE)]
    codes = [f"A{i:03d}" for i in range(len(boxes))]
    areas = gpd.GeoDataFrame({"area_code": codes, "vintage": "own"}, geometry=boxes, crs="EPSG:27700")
    x, y = (np.arange(len(boxes)) % SIDE, np.arange(len(boxes)) // SIDE)
    bumps = np.sin(x * 1.1) * np.cos(y * 0.9) + 0.3 * rng.normal(size=len(boxes))
    black = np.rint(200 + 120 * bumps).clip(1).astype(int)
    residents = pd.DataFrame({"area_code": codes * 2, "group": ["Black"] * len(codes) + ["White"] * len(codes), "residents": [*black, *([1000] * len(codes))]})
    deprivation = pd.DataFrame({"area_code": codes, "domain": "overall", "decile": 1 + (x * 10) // SIDE})
    return areas, residents, deprivation, bumps


def asked(town, scores, *, leave_out=(), **settings):
    areas, residents, deprivation, _ = town
    tables = {"area_scores": TABLE.check(scores), "areas": areas, "residents": residents, "deprivation": deprivation}
    return Asked({name: table for name, table in tables.items() if name not in leave_out}, {}, {**QUESTION.defaults, **settings}, replicates=99)


def scores_of(town, value):
    return pd.DataFrame({"area_code": town[0]["area_code"], "score": value})


def rank(answer, group):
    return next(one for one in answer.findings if one.measure == "score_rank_correlation" and one.group == group)


def test_a_planted_link_is_found_with_its_share_and_not_with_deprivation(town):
    answer = QUESTION.ask(asked(town, scores_of(town, 5 + town[3] + 0.3 * np.random.default_rng(1).normal(size=SIDE**2))))
    black, poor = rank(answer, "share of residents: Black"), rank(answer, "deprivation: overall")
    assert black.value > 0.7
    assert black.low > 0.3
    assert black.p_value < 0.01
    assert "effective number of places" in black.null_model
    assert answer.findings[0].value == max(abs(one.value) for one in answer.findings if one.measure == "score_rank_correlation")
    assert poor.p_value > 0.05
    described = [one for one in answer.findings if one.measure in ("bivariate_moran", "lees_l")]
    assert len(described) == 6
    assert all(one.p_value is None and one.value is not None and "Descriptive only" in one.caveats[0] for one in described)
    assert len(answer.pictures) == 1


@pytest.mark.parametrize("test", ["shift", "moran"])
def test_the_other_tests_can_be_asked_for_and_say_where_they_are_wrong(town, test):
    black = rank(QUESTION.ask(asked(town, scores_of(town, town[3]), test=test)), "share of residents: Black")
    assert black.p_value < 0.05
    assert "slope" in " ".join(black.caveats)


def test_deprivation_is_turned_round_so_that_higher_is_more_deprived(town):
    most = scores_of(town, -town[2]["decile"].to_numpy(dtype=float))
    assert rank(QUESTION.ask(asked(town, most, leave_out=("residents",))), "deprivation: overall").value == pytest.approx(1)


def test_flags_with_history_are_set_beside_what_history_explains(town):
    history = np.rint(np.exp(2 + town[3])).astype(int)
    flagged = pd.DataFrame({"area_code": town[0]["area_code"], "is_flagged": history >= np.sort(history)[-20], "history": history})
    answer = QUESTION.ask(asked(town, flagged))
    beyond = [one for one in answer.findings if one.measure == "exposure_beyond"]
    assert beyond[0].reference == "White; the areas with most recorded crime"
    assert 0.9 < beyond[0].value < 1.1
    assert "yes or no" in " ".join(answer.findings[0].caveats)


def test_areas_without_a_score_are_left_out_and_said(town):
    some = scores_of(town, town[3]).iloc[:150]
    some.loc[3, "score"] = np.nan
    black = rank(QUESTION.ask(asked(town, some)), "share of residents: Black")
    assert black.n == 149
    assert any("47 areas lack one of the two values" in caveat for caveat in black.caveats)
    history = some.assign(is_flagged=True, history=1)
    answer = QUESTION.ask(asked(town, history))
    assert "46 of 196 areas lack flag" in answer.refused[0].reason


def test_a_score_that_is_the_same_everywhere_gives_nulls_with_the_reason(town):
    answer = QUESTION.ask(asked(town, scores_of(town, 1.0)))
    assert all(one.value is None and "same value everywhere" in one.caveats[0] for one in answer.findings)
    assert answer.pictures == ()


def test_few_areas_give_nulls_with_the_reason(town):
    answer = QUESTION.ask(asked(town, scores_of(town, town[3]).iloc[:8]))
    assert all(one.value is None and "too few" in one.caveats[0] for one in answer.findings)


def test_slips_are_named(town):
    good = scores_of(town, town[3])
    with pytest.raises(OutsidePlace, match="X999"):
        QUESTION.ask(asked(town, pd.concat([good, pd.DataFrame({"area_code": ["X999"], "score": [1.0]})])))
    with pytest.raises(MissingColumn, match="neither"):
        QUESTION.ask(asked(town, good.drop(columns="score")))
    with pytest.raises(BadSetting, match="something to set"):
        QUESTION.ask(asked(town, good, leave_out=("residents", "deprivation")))
    with pytest.raises(BadSetting, match="no domain 'crime'"):
        QUESTION.ask(asked(town, good, domains=("crime",)))
    with pytest.raises(BadValue, match="history"):
        TABLE.check(good.assign(history=-1))
