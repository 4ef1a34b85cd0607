"""The findings on a risk terrain model's factors: what was chosen, how strong, how steadily, and what the operator printed.

Read with care: a relative risk value is estimated on the very records that chose its factor, so it is too high and its limits
too narrow; the share of redraws that choose the factor again says more. A printed value of another year, other
features and other records is set beside, not tested. That a feature goes with recorded crime does not say that it causes any.

Steps, in order:  chosen factors -> their values and shares; printed factors -> their values beside what stands for them

Source: Agar and others (2023), Justice Quarterly 40(7) (a printed table); Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 8 (redraws).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tables.measure import Measure

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ..tables.findings import Finding
    from .about import About

MEASURES = {
    "relative_risk_value": Measure(
        "Relative risk value of a factor", "recorded crimes learnt from",
        "Expected recorded crime of a cell that the feature marks, over that of one it does not, all else in the model alike; 1 is no difference.",
        "factor_findings.kept_again",
    ),
    "factor_chosen_share": Measure(
        "How often a factor is chosen again", "redraws of the place’s blocks",
        "Share of redraws of the place in which the method keeps the feature, in whatever way.",
        "factor_findings.kept_again",
    ),
    "printed_relative_risk_value": Measure(
        "Relative risk value, as printed by the operator", "",
        "The operator’s own figure, of its own records, features and year.",
        "factor_findings.kept_again",
    ),
}  # fmt: skip

TOO_HIGH = "Estimated on the records that chose the factor: the value is too high and its limits are too narrow."
NOT_A_CAUSE = "A feature that goes with recorded crime need not cause any: it may mark who lives there, or where police record."
PRINTED = "As printed, without an interval; of other records, features and years."


def kept_again(chosen: int, redraws: int) -> tuple[float, float, float]:
    """Share of redraws that choose a factor again, with the limits that so few redraws allow (Wilson).

    Args:
        chosen: redraws that chose it.
        redraws: redraws in all, 1 or more.

    Returns:
        Value, low, high, from 0 to 1.

    Example:
        >>> value, low, high = kept_again(18, 20)
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.90 (0.70 to 0.97)'

    Read with care:
        It is how steady the choice is, not how likely the feature matters: what stands for something nobody listed is chosen steadily too.

    Source: as the head of this file.
    """
    from .intervals import share_wilson

    value, low, high = share_wilson([chosen], [redraws])
    return float(value[0]), float(low[0]), float(high[0])


def factor_findings(
    table: pd.DataFrame, often: Mapping[str, float], offered: list[str], *, printed: pd.DataFrame | None, crimes: float, redraws: int, about: About
) -> list[Finding]:
    """Findings on the factors of one model, and on those printed.

    Args:
        table: factor, operationalisation, distance_m, rrv, rrv_low, rrv_high, a row a factor.
        often: factor -> share of redraws that chose it; those never chosen may be absent.
        offered: every factor that could have been chosen.
        printed: the table risk_factors; None where there is none.
        crimes: recorded crimes learnt from.
        redraws: redraws made.
        about: place, period, source and caveats.

    Returns:
        Values first, the highest leading; then how often each factor offered is chosen; then those printed.
    """
    found = []
    for row in table.to_dict("records"):
        settings = {"operationalisation": row["operationalisation"], "distance_m": float(row["distance_m"])}
        found.append(
            about.finding(
                "relative_risk_value",
                float(row["rrv"]),
                low=float(row["rrv_low"]),
                high=float(row["rrv_high"]),
                group=str(row["factor"]),
                unit="ratio",
                n=crimes,
                settings=settings,
                method=f"{row['operationalisation']} up to {row['distance_m']:g} m; model of counts chosen by BIC, Wald limits",
                caveats=(TOO_HIGH, NOT_A_CAUSE),
            )
        )
    for factor in offered:
        value, low, high = kept_again(round(often.get(factor, 0.0) * redraws), redraws)
        method = "blocks of the place drawn anew and everything chosen again; Wilson limits for the number of redraws"
        found.append(about.finding("factor_chosen_share", value, low=low, high=high, group=factor, unit="share", n=float(redraws), method=method))
    return found + ([] if printed is None else _printed(printed, set(table["factor"]), offered, about))


def _printed(printed: pd.DataFrame, chosen: set[str], offered: list[str], about: About) -> list[Finding]:
    """The operator's factors, each with what stands for it here."""
    found = []
    for row in printed.to_dict("records"):
        ours = row.get("stands_for_it")
        ours = ours if isinstance(ours, str) and ours in offered else None
        is_chosen = "chosen here too" if ours in chosen else "not chosen here"
        said = "nothing stands for it in the tables used" if ours is None else f"{ours} stands for it; {is_chosen}"
        has_distance = isinstance(row.get("distance_m"), float) and row["distance_m"] == row["distance_m"]
        how = f"{row.get('operationalisation', 'as printed')} up to {row['distance_m']:g} m" if has_distance else "as printed"
        found.append(
            about.finding(
                "printed_relative_risk_value", float(row["relative_risk_value"]), group=str(row["factor"]), reference=said, unit="ratio", method=how,
                caveats=(PRINTED,), settings={"stands_for_it": ours or "", "is_chosen_here": bool(ours in chosen)},
            )
        )  # fmt: skip
    return found
