"""What is not published of the grid forecast of the West Midlands: its readings, for the card in grid_forecast.py."""

from __future__ import annotations

from .card import Reading
from .grid_activity import POLICE_INPUTS
from .grid_families import FAMILIES
from .grid_features import BY_SCATTER, TRENDS
from .outcomes import VIOLENCE

READINGS = (
    Reading("outcome", "Which police.uk categories stand for knife crime with injury, or for serious violence?", "robbery-weapons",
            ("robbery-weapons", "robbery", "violence", *VIOLENCE),
            "no published category tells whether a knife was used; injuries by knife lie in 'Violence and sexual offences' among far commoner offences, so two "
            "rarer categories of the same streets stand in for them; for serious violence take one of the last",
            "which records count at all; possession of weapons is mostly found by searching, so with it police find part of what is forecast"),
    Reading("family", "What kind of model makes the forecast?", "poisson-glm", FAMILIES,
            "none is named in anything published; this is the plainest that can read all that the force says it reads (two years, the long trend, searches, "
            "intelligence), and each of its coefficients can be looked at. In made-up towns its counts were right for squares with most and with fewest; trees "
            "expected too few in the second. Report an audit as the range over all four",
            "everything: it is the forecast"),
    Reading("police_inputs", "Which records of police activity are read?", "none", tuple(POLICE_INPUTS),
            "the force says that it reads both, so the nearest to it is 'stop-search-and-intelligence'; intelligence is published nowhere, and a run on public "
            "records has none. Choose what your tables hold",
            "whether officers' presence comes back as a forecast"),
    Reading("intelligence_kept", "How much would change with less intelligence?", 1.0, (1.0, 0.5, 0.0),
            "all of it, where it is read at all; the others drop records by lot, for a test of what the forecast rests on",
            "how far the map follows what officers noted; nothing where intelligence is not read", unit="share"),
    Reading("cell_m", "How large is a square?", 1000.0, (1000.0, 707.1, 500.0),
            "1 km² for knife crime; for serious violence '0.5 square kilometre', which is a square of 707 m, unless half a kilometre each way was meant",
            "how much ground and how many people a square holds", unit="m", mark="known"),
    Reading("k", "How many squares are put forward?", 20, (10, 20, 50),
            "not published: analysts look at the map and mark smaller areas by hand",
            "how much ground is put forward"),
    Reading("history_months", "How far back does it learn?", 24, (12, 24, 36),
            "two years of data, says the force",
            "with less than 24 months a square is not told what it had a year before", unit="months", mark="known"),
    Reading("trend", "How is the place's own trend considered?", "log-linear", TRENDS,
            "the force considers 'the trend for the last 20 years'; a line through the logarithm of all months there are is the plainest way, and "
            "takes 24 of them",
            "how many crimes are expected in all; hardly which squares come first"),
    Reading("reach_cells", "How many rows and columns away is nearby?", 1, (0, 1, 2),
            "each square with the eight round it; at 0 each is told its own crimes only",
            "how far a neighbour's crimes count", unit="squares"),
    Reading("shrink_months", "How far is a square's own level pulled towards the mean square's?", BY_SCATTER, (BY_SCATTER, 1.0, 6.0, 24.0),
            "as far as chance accounts for squares' differences; else as though so many months more had been the mean square's",
            "how far squares with few crimes are told apart"),
    Reading("ridge", "How far are coefficients of the regression pulled to nothing?", 1.0, (0.01, 1.0, 100.0),
            "so little that only what rests on few crimes is moved",
            "little, with many crimes"),
    Reading("rounds", "How many trees are boosted?", 100, (50, 100, 200), "scikit-learn's own",
            "how closely the boosted forecast follows the past, chance included"),
    Reading("seed", "Which lots are drawn?", 1, (1, 2), "none is better than another",
            "which intelligence records are dropped; where trees cut, with over 200,000 rows"),
)  # fmt: skip
