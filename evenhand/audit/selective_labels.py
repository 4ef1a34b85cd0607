"""Selective labels: what can be said when outcomes are seen only for people who were left alone?

Whoever was detained, visited or diverted could not do, or was not seen to do, what the score predicted. Their outcome is
unknown, and they are not like the others. Leaving them out says nothing of how right the score is for everybody.

    outcome_bounds   the least and the most a rate could be, whatever the unknown outcomes are
    gap_bounds       the same for a difference between two groups
    contraction      how often a rule that leaves as many alone would be wrong, from the most lenient decision maker

Read with care: bounds are wide by design, and leave chance out. Contraction needs decision makers whose people are alike, as
when cases come by rota, and speaks only of rules as strict as, or stricter than, the most lenient of them.

Steps, in order:  (counts with unknown outcomes) -> outcome_bounds -> gap_bounds;  (counts by decision maker) -> contraction

Source: Manski (2003), Partial Identification of Probability Distributions, ch. 1; Lakkaraju, Kleinberg, Leskovec, Ludwig &
Mullainathan (2017), KDD, 275-284.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .group_rates import FLAGGED_UNKNOWN, FN, FP, OTHER_UNKNOWN, TN, TP, share_of
from .intervals import Interval, share_wilson

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

FEWEST_CASES = 50
"""Cases a decision maker must have had to be compared."""
ABOUT = 0.05
"""How far a decision maker's share left alone may be from the one asked for."""


class Contracted(NamedTuple):
    """What a rule that follows the score would have done with the most lenient decision maker's people.

    Attributes:
        left_alone: share of people left alone, shape (shares,).
        wrong: Interval, share of all people who were left alone and had the outcome, under the rule.
        wrong_as_decided: Interval, the same as decided by those decision makers who left about that share alone; nan where none did.
        decided: people of those decision makers, shape (shares,).
        cases: people of the most lenient decision maker.
        most_lenient: the share that decision maker left alone: no rule more lenient can be judged.
        decision_makers: how many had enough cases to be looked at.
    """

    left_alone: NDArray[np.float64]
    wrong: Interval
    wrong_as_decided: Interval
    decided: NDArray[np.float64]
    cases: int
    most_lenient: float
    decision_makers: int


def outcome_bounds(cells: ArrayLike, rate: str) -> Interval:
    """The least and the most a rate of each group could be, whatever the unknown outcomes are.

    Args:
        cells: shape (groups, 6); see `group_rates.cells_of`. The last two hold people with unknown outcome.
        rate: one of `group_rates.RATES`.

    Returns:
        Interval of bounds, shape (groups,): not chance, and no level. The value leaves the unknown out. Both bounds can be
        reached; nan where even then the rate's whole is nobody.

    Example:
        >>> value, low, high = outcome_bounds([[30, 20, 10, 40, 10, 20]], "false_positive_rate")
        >>> f"{value[0]:.2f}, no less than {low[0]:.2f}, no more than {high[0]:.2f}"
        '0.33, no less than 0.25, no more than 0.43'

    Read with care:
        Bounds add to the interval for chance; they do not replace it. For the share flagged they are the value itself: no
        outcome is needed to know who was flagged.

    Source: Manski (2003), Partial Identification of Probability Distributions, ch. 1.
    """
    seen = np.asarray(cells, dtype=float)
    tried = np.stack([share_of(filled, rate) for filled in _fillings(seen)])
    known = ~np.isnan(tried)
    low = np.where(known.any(axis=0), np.where(known, tried, np.inf).min(axis=0), np.nan)
    high = np.where(known.any(axis=0), np.where(known, tried, -np.inf).max(axis=0), np.nan)
    return Interval(share_of(seen, rate), low, high)


def gap_bounds(cells: ArrayLike, rate: str, *, reference: int) -> Interval:
    """The least and the most that each group's rate could be above the reference's, whatever the unknown outcomes are.

    Args:
        cells: shape (groups, 6).
        rate: one of `group_rates.RATES`.
        reference: position of the group to compare with.

    Returns:
        Interval of bounds, shape (groups,): not chance, and no level; nan for the reference.

    Example:
        >>> found = gap_bounds([[30, 20, 10, 40, 10, 20], [20, 10, 20, 90, 0, 5]], "false_positive_rate", reference=1)
        >>> f"{found.value[0]:.2f}, no less than {found.low[0]:.2f}, no more than {found.high[0]:.2f}"
        '0.23, no less than 0.15, no more than 0.33'

    Read with care:
        As `outcome_bounds`. Bounds on both sides of 0: the data at hand cannot say which group's rate is higher.

    Source: Manski (2003), Partial Identification of Probability Distributions, ch. 1.
    """
    bounds = outcome_bounds(cells, rate)
    found = Interval(bounds.value - bounds.value[reference], bounds.low - bounds.high[reference], bounds.high - bounds.low[reference])
    own = np.arange(len(found.value)) == reference
    return Interval(*(np.where(own, np.nan, one) for one in found))


def contraction(by_decision: pd.DataFrame, *, left_alone: ArrayLike, fewest: int = FEWEST_CASES, level: float = 0.95) -> Contracted:
    """How often a rule that acts on the highest scores would leave somebody alone who then has the outcome.

    Take the decision maker who leaves the largest share alone. Of the people left alone, act on those with the highest
    scores as well, until only the share asked for is left alone. Those still left alone who had the outcome, over all of
    that decision maker's people, is how often the rule is wrong. Ties at the last score are taken in part.

    Args:
        by_decision: decision_maker, score, is_intervened, outcome, people.
        left_alone: shares of people left alone, to be tried.
        fewest: cases a decision maker must have had.
        level: coverage, between 0 and 1.

    Returns:
        Contracted; nan for shares larger than the most lenient decision maker's.

    Raises:
        CannotAnswer: fewer than two decision makers had enough cases, or outcomes of people left alone are all unknown.
        BadSetting: a share that is none.

    Example:
        >>> import pandas as pd
        >>> cases = pd.DataFrame({"decision_maker": ["x"] * 4 + ["y"] * 2, "score": [1.0, 2.0, 3.0, 3.0, 1.0, 3.0],
        ...     "is_intervened": [False, False, False, True, False, True], "outcome": [False, True, True, None, False, None],
        ...     "people": [40, 10, 20, 30, 50, 50]})
        >>> found = contraction(cases, left_alone=[0.7, 0.5])
        >>> found.wrong.value.tolist(), found.most_lenient
        ([0.3, 0.1], 0.7)

    Read with care:
        It supposes that decision makers see people alike, and that those left alone are left alone at random given the score.
        It counts only one kind of error: not the people acted on who would have done nothing.

    Source: Lakkaraju et al. (2017), KDD, 275-284.
    """
    asked = np.atleast_1d(np.asarray(left_alone, dtype=float))
    if np.any(~((asked > 0) & (asked <= 1))):
        raise BadSetting("Shares left alone must lie above 0 and be at most 1.")
    known = by_decision[by_decision["decision_maker"].notna() & by_decision["is_intervened"].notna()]
    known = known.assign(alone=~known["is_intervened"].astype("boolean").astype(bool), had=known["outcome"].astype("boolean").fillna(False).astype(bool))
    makers = _decision_makers(known, fewest)
    who = makers["share"].idxmax()
    theirs = known[(known["decision_maker"] == who) & known["alone"] & known["outcome"].notna() & known["score"].notna()]
    total, released = float(makers["cases"][who]), float(theirs["people"].sum())
    if released == 0:
        raise CannotAnswer("Nobody left alone by the most lenient decision maker has both a score and a known outcome.")
    wrong = _wrongly_left(theirs, asked * total)
    possible = asked <= released / total + 1e-12
    limits = share_wilson(np.round(np.where(possible, wrong, 0)), np.full(len(asked), round(total)), level=level)
    held = Interval(*(np.where(possible, one, np.nan) for one in (wrong / total, limits.low, limits.high)))
    return Contracted(asked, held, *_as_decided(makers, asked, level), int(total), released / total, len(makers))


def _fillings(cells: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The four extreme ways in which the unknown outcomes could have come out: a rate is least and most at one of them."""
    ways = []
    for of_flagged in (TP, FP):
        for of_others in (FN, TN):
            filled = cells.copy()
            filled[..., of_flagged] += cells[..., FLAGGED_UNKNOWN]
            filled[..., of_others] += cells[..., OTHER_UNKNOWN]
            filled[..., FLAGGED_UNKNOWN] = filled[..., OTHER_UNKNOWN] = 0
            ways.append(filled)
    return ways


def _decision_makers(known: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Cases, share left alone, and people left alone who had the outcome, of each decision maker with enough cases."""
    by = known["decision_maker"]
    cases = known["people"].groupby(by).sum()
    alone = known["people"].where(known["alone"], 0).groupby(by).sum()
    wrong = known["people"].where(known["alone"] & known["had"], 0).groupby(by).sum()
    makers = cases.to_frame("cases").assign(share=alone / cases, wrong=wrong).sort_index()
    makers = makers[makers["cases"] >= fewest]
    if len(makers) < 2:
        raise CannotAnswer(f"Fewer than two decision makers had at least {fewest} cases, so none can be called the most lenient.")
    return makers


def _as_decided(makers: pd.DataFrame, asked: NDArray[np.float64], level: float) -> tuple[Interval, NDArray[np.float64]]:
    near = np.abs(makers["share"].to_numpy(dtype=float)[:, None] - asked) <= ABOUT
    cases = makers["cases"].to_numpy(dtype=float) @ near
    return share_wilson(makers["wrong"].to_numpy(dtype=float) @ near, cases, level=level), cases


def _wrongly_left(theirs: pd.DataFrame, room: NDArray[np.float64]) -> NDArray[np.float64]:
    """People with the outcome among the lowest scores, up to so many people; those at the last score in proportion."""
    at = theirs.assign(had=theirs["people"].where(theirs["had"], 0)).groupby("score")[["people", "had"]].sum()
    people, had = (np.concatenate([[0.0], np.cumsum(at[name].to_numpy(dtype=float))]) for name in ("people", "had"))
    return np.interp(room, people, had)
