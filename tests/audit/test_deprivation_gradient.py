"""The gradient over deprivation against statsmodels, people lined up one by one, and figures worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.area_weights import area_weights
from evenhand.audit.deprivation_gradient import concentration_index, gradient_draws, gradient_findings, ridits, slope_index
from evenhand.tables.errors import BadValue, CannotAnswer

ABOUT = About("exposure", "Anywhere", "2024", "made up")
RANDOM = np.random.default_rng(21)
RESIDENTS = RANDOM.integers(20, 90, 40).astype(float)
RANK = RANDOM.permutation(np.arange(1, 41)) * 100
TIED = np.minimum(RANK // 700 + 1, 5)
EXPOSURE = RANDOM.random(40) * (5000 - RANK) / 5000


def people_in_line(rank, residents) -> list[float]:
    """The slow twin: everybody lined up from the least deprived, those of equal rank sharing the middle of their stretch."""
    standing, total = {}, sum(residents)
    for one in sorted(set(rank)):
        before = sum(people for other, people in zip(rank, residents, strict=True) if other > one)
        own = sum(people for other, people in zip(rank, residents, strict=True) if other == one)
        standing[one] = (before + own / 2) / total
    return [standing[one] for one in rank]


@pytest.mark.parametrize("rank", [RANK, TIED])
def test_ridits_are_places_in_a_line_of_people(rank):
    np.testing.assert_allclose(ridits(rank, RESIDENTS), people_in_line(rank.tolist(), RESIDENTS.tolist()), rtol=1e-12)
    assert np.average(ridits(rank, RESIDENTS), weights=RESIDENTS) == pytest.approx(0.5)


@pytest.mark.parametrize("rank", [RANK, TIED])
def test_the_slope_is_weighted_least_squares(rank):
    import statsmodels.api as sm

    design = sm.add_constant(np.array(people_in_line(rank.tolist(), RESIDENTS.tolist())))
    fitted = sm.WLS(EXPOSURE, design, weights=RESIDENTS).fit()
    assert slope_index(EXPOSURE, rank, RESIDENTS) == pytest.approx(fitted.params[1], rel=1e-10)


@pytest.mark.parametrize("rank", [RANK, TIED])
def test_the_concentration_index_is_twice_a_covariance_over_a_mean(rank):
    each = np.repeat(EXPOSURE, RESIDENTS.astype(int))
    where = np.repeat(people_in_line(rank.tolist(), RESIDENTS.tolist()), RESIDENTS.astype(int))
    assert concentration_index(EXPOSURE, rank, RESIDENTS) == pytest.approx(2 * np.cov(each, where, ddof=0)[0, 1] / each.mean())


def test_the_concentration_index_of_one_resident_an_area_is_that_of_kakwani():
    """Kakwani, Wagstaff & van Doorslaer (1997), Journal of Econometrics 77, eq. 3: 2 / (n mu) * sum(y R) - 1, from the poor end."""
    n = len(RANK)
    order = np.argsort(RANK)  # the most deprived first
    rank_from_poor = (np.arange(1, n + 1) - 0.5) / n
    published = 2 / (n * EXPOSURE.mean()) * (EXPOSURE[order] * rank_from_poor).sum() - 1
    assert concentration_index(EXPOSURE, RANK, np.ones(n)) == pytest.approx(-published)


def test_an_exact_line_is_found_and_its_sign_is_that_of_the_more_deprived():
    line = 0.1 + 0.3 * ridits(RANK, RESIDENTS)
    assert slope_index(line, RANK, RESIDENTS) == pytest.approx(0.3)
    assert concentration_index(line, RANK, RESIDENTS) > 0
    assert slope_index(line[::-1] * 0 + 0.2, RANK, RESIDENTS) == pytest.approx(0)


def test_every_draw_lines_residents_up_anew():
    weights = np.vstack(list(area_weights(40, replicates=30, seed=6))).astype(int)
    for rank in (RANK, TIED):
        draws = gradient_draws(EXPOSURE, rank, RESIDENTS, replicates=30, seed=6)
        for draw in (0, 11, 29):
            which = np.repeat(np.arange(40), weights[draw])
            assert draws.slope[draw] == pytest.approx(slope_index(EXPOSURE[which], rank[which], RESIDENTS[which]))
            assert draws.concentration[draw] == pytest.approx(concentration_index(EXPOSURE[which], rank[which], RESIDENTS[which]))


def test_findings_tell_slope_and_concentration_with_intervals():
    slope, concentration = gradient_findings(EXPOSURE, RANK, RESIDENTS, about=ABOUT, unit="share")
    assert slope.value == pytest.approx(slope_index(EXPOSURE, RANK, RESIDENTS))
    assert slope.low < slope.value < slope.high
    assert (slope.unit, slope.n, slope.settings["domain"]) == ("share", RESIDENTS.sum(), "overall")
    assert concentration.value == pytest.approx(concentration_index(EXPOSURE, RANK, RESIDENTS))
    assert any("crime domain" in caveat for caveat in slope.caveats)


def test_the_income_domain_carries_no_word_on_recorded_crime():
    found = gradient_findings(EXPOSURE, RANK, RESIDENTS, about=ABOUT, unit="share", domain="income")
    assert not any("crime domain" in caveat for caveat in found[0].caveats)


@pytest.mark.parametrize(
    ("exposure", "rank", "says"),
    [(EXPOSURE[:9], RANK[:9], "9 areas"), (EXPOSURE, np.ones(40), "equally deprived"), (np.zeros(40), RANK, "nobody is exposed")],
)
def test_no_gradient_is_null_with_the_reason(exposure, rank, says):
    for finding in gradient_findings(exposure, rank, RESIDENTS[: len(rank)], about=ABOUT, unit="share"):
        assert (finding.value, finding.low, finding.high) == (None, None, None)
        assert says in finding.caveats[0]


def test_tables_that_cannot_be_right_are_refused():
    with pytest.raises(BadValue, match="same areas"):
        slope_index(EXPOSURE[:-1], RANK, RESIDENTS)
    with pytest.raises(BadValue, match="1 areas have no rank"):
        slope_index(EXPOSURE, np.where(RANK == 100, np.nan, RANK), RESIDENTS)
    with pytest.raises(BadValue, match="below zero"):
        slope_index(EXPOSURE, RANK, -RESIDENTS)
    with pytest.raises(CannotAnswer, match="Nobody lives"):
        gradient_findings(EXPOSURE, RANK, np.zeros(40), about=ABOUT, unit="share")
