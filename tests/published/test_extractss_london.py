"""ExtractSS: stop and search in London boroughs 2020 to 2022, as published by Black Thrive (2023).

Source: github.com/BlackThrive/ExtractSS (MIT licence, copyright 2023 Black Thrive), file
inst/extdata/london_summarised_stats_by_year_la_2020-2022_mixed_incl.csv at commit 2c74935; its
"Black" includes the two mixed groups with a Black parent, its residents are of Census 2021. The
stops are data.police.uk's (Open Government Licence v3.0). All 99 rows are in the file beside this one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.adjusted_ratio import allocation_split, mantel_haenszel, poisson_within_areas
from evenhand.audit.disparity import disparity_ratio
from evenhand.audit.intervals import ratio_exact, ratio_wald
from evenhand.audit.small_areas import small_area_ratios

approx = pytest.approx
BOROUGHS = pd.read_csv(Path(__file__).with_name("extractss_london_2020_2022.csv"))
COUNTS = ["black_stops", "black_residents", "white_stops", "white_residents"]

# Borough and year; Black stops and residents, White stops and residents; ratio and limits as printed there.
ROWS = [
    ("Lambeth 2021", (4498, 88_499, 2247, 173_095), (3.915277407558275, 3.724400385203712, 4.115936954318025)),
    ("Lambeth 2020", (6094, 88_499, 2843, 173_095), (4.19248724388471, 4.01293307399827, 4.380075362837607)),
    ("Southwark 2021", (3786, 87_269, 3047, 156_485), (2.2280291581195426, 2.125783940132551, 2.3351921311068637)),
    ("City of London 2020", (305, 334, 841, 5896), (6.401987938510612, 5.964521706937856, 6.871540012531367)),
    ("Kingston upon Thames 2021", (381, 7395, 1418, 114_325), (4.153859248091046, 3.7188324998606217, 4.639775158896831)),
    ("Bexley 2022", (279, 34_290, 1322, 176_242), (1.0847125765860206, 0.9538056343422227, 1.2335861012346698)),
]


@pytest.mark.parametrize(("where", "counts", "printed"), ROWS)
def test_extractss_2023_relative_risks(where, counts, printed):
    """Their value is ours to 1e-9. Their limits take each resident as stopped once at most; taking that 1/people off ours gives theirs."""
    black, black_residents, white, white_residents = counts
    ratio = ratio_wald(*counts)
    assert ratio.value == approx(printed[0], rel=1e-9)
    once_at_most = 1.959963984540054 * np.sqrt(1 / black - 1 / black_residents + 1 / white - 1 / white_residents)
    assert (ratio.value * np.exp(-once_at_most), ratio.value * np.exp(once_at_most)) == approx(printed[1:], rel=1e-7)
    # Stops are events: the interval without that assumption is never narrower.
    assert ratio.low < printed[1]
    assert ratio.high > printed[2]


def test_lambeth_2021_to_three_places():
    """3.915 (3.724 to 4.116) as printed; counting stops as events, 3.915 (3.722 to 4.119)."""
    value, low, high = disparity_ratio([4498, 2247], [88_499, 173_095], reference=1)
    assert (value[0], low[0], high[0]) == approx((3.915, 3.722, 4.119), abs=5e-4)


def test_city_of_london_2020_has_305_stops_on_334_residents():
    """Where stops nearly equal residents the printed 5.96 to 6.87 is 1.85 times too narrow: as events, 5.62 to 7.30."""
    ratio = ratio_wald(305, 334, 841, 5896)
    assert (ratio.low, ratio.high) == approx((5.616, 7.298), abs=5e-4)
    assert (ratio.high - ratio.low) / (6.871540 - 5.964522) == approx(1.85, abs=0.005)
    exact = ratio_exact(305, 334, 841, 5896)
    assert (exact.low, exact.high) == approx((5.597, 7.307), abs=5e-4)


def test_one_borough_two_denominators():
    """The same project's earlier file gives Kingston's 381 stops a rounded Black population of 900, not 7,395: the ratio moves 8.2 times."""
    rounded, census = ratio_wald(381, 900, 1418, 114_325), ratio_wald(381, 7395, 1418, 114_325)
    assert rounded.value / census.value == approx(8.2, abs=0.05)


def test_all_99_ratios_of_boroughs_are_theirs():
    assert len(BOROUGHS) == 99
    assert ratio_wald(*(BOROUGHS[name] for name in COUNTS)).value == approx(BOROUGHS["printed_ratio"].to_numpy(), rel=1e-12)


@pytest.mark.parametrize(
    ("year", "crude", "within", "median", "lowest", "highest"),
    [(2020, 2.797, 2.663, 3.170, 1.182, 6.985), (2021, 2.581, 2.467, 3.047, 0.978, 7.447), (2022, 2.526, 2.442, 2.597, 0.976, 7.700)],
)
def test_london_crude_and_within_boroughs(year, crude, within, median, lowest, highest):
    """No such figure is printed there; these were worked out from the same file by another program (pandas, Mantel-Haenszel written out)."""
    boroughs = BOROUGHS[BOROUGHS["year"] == year]
    pair = [boroughs[name].to_numpy() for name in COUNTS]
    split = allocation_split(*pair, replicates=200)
    assert (split.crude.value, split.within.value) == approx((crude, within), abs=5e-4)
    assert split.crude.value == approx(split.within.value * split.allocation.value)
    printed = boroughs["printed_ratio"]
    assert (printed.median(), printed.min(), printed.max()) == approx((median, lowest, highest), abs=5e-4)


def test_boroughs_differ_far_more_than_the_model_of_one_ratio_allows():
    """Greenland and Robins' limits for London 2021 span 2 %; with boroughs drawn anew, 38 %."""
    pair = [BOROUGHS[BOROUGHS["year"] == 2021][name].to_numpy() for name in COUNTS]
    model, drawn, scatter = mantel_haenszel(*pair), allocation_split(*pair).within, poisson_within_areas(*pair, by_area=True)
    assert model.high / model.low == approx(1.024, abs=0.001)
    assert drawn.high / drawn.low == approx(1.38, abs=0.03)
    assert scatter.high / scatter.low == approx(1.39, abs=0.03)


def test_large_boroughs_are_hardly_shrunk_and_barking_is_not_called_above_one():
    boroughs = BOROUGHS[BOROUGHS["year"] == 2021].set_index("borough")
    found = small_area_ratios(*(boroughs[name].to_numpy() for name in COUNTS))
    assert found.ratio.value == approx(boroughs["printed_ratio"].to_numpy(), rel=0.03)
    above = dict(zip(boroughs.index, found.above_one, strict=True))
    assert above["Barking and Dagenham"] == approx(0.32, abs=0.03)
    assert min(chance for name, chance in above.items() if name != "Barking and Dagenham") > 0.95
