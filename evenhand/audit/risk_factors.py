"""Risk factors: which features of the ground a fitted map rests on, how much each weighs, and how steady their choice is.

A risk terrain map is a product: each factor that was kept multiplies the score of the squares near it by its relative risk
value. This lays the factors out as findings, so that they can be held against those an operator printed.

Read with care: a value says that more crime was recorded near such features, not that they cause it. Factors are chosen and
weighed on the same records, so values are too high and their intervals too narrow; and where a factor is made of police
records, the map learns from where police look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tables.measure import Measure

if TYPE_CHECKING:
    import pandas as pd

    from ..tables.findings import Finding
    from .about import About

MEASURES = {
    "relative_risk_value": Measure(
        "Relative risk value of a factor", "recorded crimes learnt from",
        "How many times as much crime was recorded in squares marked by the factor as in others, all else in the model equal.",
        "risk_factors.risk_factors",
    ),
    "factor_chosen_share": Measure(
        "How often a factor is chosen when records are drawn anew", "redraws of the place’s blocks",
        "Of redraws of whole blocks of the place, the share in which the factor enters the model in any form; 1 is always.",
        "risk_factors.risk_factors",
    ),
}
CHOSEN_FIRST = "The factors were chosen and weighed on the same records: the value is too high and its interval too narrow."


def risk_factors(table: pd.DataFrame, *, events: float, about: About, system: str) -> list[Finding]:
    """A model's factors as findings: the relative risk value of each, and how often it is chosen.

    value = exp(coefficient of the factor's mark in the count model)

    Args:
        table: a row a factor: factor, operationalisation, distance_m, rrv, rrv_low, rrv_high, and where redraws were made
            redraws and factor_share.
        events: recorded crimes learnt from.
        about: place, period, source and caveats of the findings.
        system: its name.

    Returns:
        Relative risk values, highest first, then the shares of redraws.

    Example:
        >>> import pandas as pd
        >>> from .about import About
        >>> row = {"factor": "pub", "operationalisation": "proximity", "distance_m": 150.0, "rrv": 3.64, "rrv_low": 2.0, "rrv_high": 6.6}
        >>> found = risk_factors(pd.DataFrame([row]), events=90, about=About("factors", "Anywhere", "2024", "made up"), system="rtm")
        >>> (found[0].group, found[0].value, found[0].settings["distance_m"])
        ('pub', 3.64, 150.0)

    Read with care:
        Values of different distances or of proximity and density do not compare: a wider mark holds more ground.

    Source: Caplan, Kennedy & Miller (2011), Justice Quarterly 28(2), 360-381 (risk terrain modelling); Heffner (2013),
        statistics appendix of the RTMDx manual (relative risk values; recalled, not re-read).
    """
    values, shares = [], []
    for row in table.sort_values("rrv", ascending=False, kind="stable").to_dict("records"):
        told = {"system": system, "operationalisation": row["operationalisation"], "distance_m": float(row["distance_m"])}
        numbers = {"value": float(row["rrv"]), "low": float(row["rrv_low"]), "high": float(row["rrv_high"])}
        method = "exp of the mark’s coefficient in the count model kept; Wald’s interval as if the marks had been chosen beforehand"
        values.append(
            about.finding(
                "relative_risk_value", **numbers, group=str(row["factor"]), unit="ratio", n=float(events), method=method, caveats=(CHOSEN_FIRST,), settings=told
            )
        )
        if "factor_share" in row and row["factor_share"] == row["factor_share"]:
            said = "redraws of whole blocks in which the factor is chosen in any form, over all; a count of redraws, so no interval"
            share, redraws = float(row["factor_share"]), float(row["redraws"])
            shares.append(about.finding("factor_chosen_share", share, group=str(row["factor"]), unit="share", n=redraws, method=said, settings=told))
    return [*values, *shares]
