"""What is not public of risk terrain modelling, question by question; the readings of the card in rtm.py."""

from __future__ import annotations

from .card import Reading
from .feature_layers import NEAR_RULES, OPERATIONALISATIONS, THRESHOLD_CELLS
from .poisson_path import RULES

FEATURES = (
    Reading("block_m", "How long is a block?", 300.0, (200.0, 300.0, 500.0),
            "Essex's printed distances of 150, 300 and 600 m fit blocks of 300 m; the Leeds run took 500 m", "every distance that is tried", unit="m"),
    Reading("increment", "Is influence tried in half or in whole blocks?", "half", ("half", "whole"),
            "Essex prints both 150 and 300 m; the software offers either", "how many distances are tried, so how often chance finds one"),
    Reading("max_blocks", "How far may influence reach?", 2, (1, 2, 3, 4),
            "Essex prints nothing beyond 600 m; the software offers 1 to 4 blocks", "how wide the ground is that one feature can mark", unit="blocks"),
    Reading("operationalisation", "Is nearness tried, or density, or both?", "both", OPERATIONALISATIONS,
            "Essex's table holds both; 'by-clustering' follows the manual's guidance", "whether single features or their clusters mark the map"),
    Reading("near_rule", "Is a cell near when its centre is, or when any part of it is?", "centre", NEAR_RULES,
            "the simplest on a raster", "how wide the marked ground is, by up to half a cell"),
    Reading("edge", "Do features outside the place count?", "counted", ("counted", "left-out"),
            "influence does not end at a border; what the software does is not said", "cells along the border"),
    Reading("kernel", "Which kernel smooths features?", "quartic", ("quartic", "epanechnikov", "gaussian"),
            "that of the usual mapping software", "which cells count as dense"),
    Reading("threshold_sd", "How many standard deviations above the mean is dense?", 2.0, (1.0, 2.0, 3.0),
            "two, as recalled from the manual", "how much ground a density marks", unit="standard deviations", mark="recalled"),
    Reading("threshold_cells", "Over which cells are mean and standard deviation taken?", "all", THRESHOLD_CELLS,
            "a raster's own statistics are over all of it", "how much ground a density marks; with all, it hangs on where the outline is drawn"),
    Reading("crime_factors", "Which kinds of recorded crime are factors themselves?", (), ((), ("Drugs",), ("Drugs", "Anti-social behaviour")),
            "none, so that the map rests on places alone; Essex put in calls about drugs, and they came out strongest",
            "whether yesterday's police work marks tomorrow's map"),
    Reading("made_up", "Is the table of features made up?", False, (False, True),
            "only in a made-up table may features be people's homes", "nothing, unless there are homes among the features", mark="known"),
)  # fmt: skip
"""How features become columns."""

CHOOSING = (
    Reading("signs", "May a feature only add to the score?", "aggravating", ("aggravating", "free"),
            "no published table holds a value below 1; a score runs from 1", "whether a feature can lower the score", mark="recalled"),
    Reading("protective", "Which factors may only lower the score?", (), ((), ("school",)),
            "the software lets its user name some; Essex's table has none", "the score near those features", mark="recalled"),
    Reading("folds", "In how many parts are cells left out to choose the penalty?", 10, (5, 10), "the usual number; the manual's is not known to us",
            "which columns are thought useful, at the margin", unit="folds"),
    Reading("seed", "Which cells are left out together?", 1, (1, 2, 3), "a lot has to be drawn", "which columns are thought useful, at the margin"),
    Reading("l1_share", "How much of the penalty is absolute, rather than squared?", 0.5, (0.1, 0.5, 0.9, 1.0),
            "an even mix; the software's package has both kinds", "how many alike columns are kept beside each other"),
    Reading("penalty_rule", "Which penalty is kept?", "lowest", RULES, "what foretells cells left out best",
            "how many columns go on to the last step"),
    Reading("one_per_factor", "May a factor be in the model once only?", True, (True, False),
            "no published table names a factor twice", "how far one kind of feature can carry the map", mark="recalled"),
    Reading("family", "Which model of counts?", "lower-bic", ("lower-bic", "poisson", "nb1"),
            "both are fitted and the lower BIC wins, as the Leeds run says", "how many factors stay: Poisson lets in more", mark="known"),
    Reading("priority", "Which cells are put forward?", "mean-2sd", ("mean-2sd", "mean-1sd", "top-5-percent"),
            "the map's highest class, as recalled", "how many cells are put forward by `priority_places`; a study flags a number of its own", mark="recalled"),
)  # fmt: skip
"""How factors are chosen, and what is made of the scores."""

READINGS = (
    Reading("outcome", "Which police.uk categories stand for community violence?", "violence-robbery",
            ("violence-robbery", "violence-robbery-drugs", "violence", "robbery"),
            "Essex: street robbery and violence in public between people not close to each other; the categories are far wider",
            "which records count at all"),
    *FEATURES,
    *CHOOSING,
    Reading("cell_m", "How large is a cell?", 150.0, (100.0, 150.0, 250.0), "half a block by default; the Leeds run had 250 m",
            "how much ground is marked together", unit="m"),
)  # fmt: skip
