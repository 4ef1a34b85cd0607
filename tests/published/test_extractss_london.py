"""ExtractSS: stop and search in London boroughs 2020 to 2022, as published by Black Thrive (2023).

Source: github.com/BlackThrive/ExtractSS (MIT licence, copyright 2023 Black Thrive), file
inst/extdata/london_summarised_stats_by_year_la_2020-2022_mixed_incl.csv at commit 2c74935; its
"Black" includes the two mixed groups with a Black parent, its residents are of Census 2021. The
stops are data.police.uk's (Open Government Licence v3.0).
"""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.disparity import disparity_ratio
from evenhand.audit.intervals import ratio_exact, ratio_wald

approx = pytest.approx

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
