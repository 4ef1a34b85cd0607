"""What becomes of suspects: arrest, decision, verdict, sentence, prison and supervision.

Steps, in order:  decide (decision and verdict day) -> rows of suspects and arrests -> later, when it is due: sentence -> prison, supervision
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.person_words import OFFENCES
from ..tables.record_rows import Rows, code, codes, joined, rows_of
from .chances import drawn, table, times, waited
from .offending import DOMESTIC
from .parameter_list import GROUPS, KINDS
from .world import Pending

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .parameters import Parameters
    from .recording import Suspected
    from .world import World

DECISIONS = ("no_further_action", "community_resolution", "penalty_notice", "caution", "charged")
SENTENCES = ("discharge", "fine", "community_order", "custody")
CAUTION, CHARGED = 3, 4
ADULT = 18
TESTED = tuple(KINDS.index(kind) for kind in ("robbery", "burglary", "theft", "carrying"))
LEAST_SERVED = 14


def decide(world: World, suspected: Suspected, rng: np.random.Generator) -> tuple[Rows, NDArray[np.int64]]:
    """What is decided about each suspect, with their rows; sanctions wait for their day in the world's state.

    Returns:
        The rows of suspects and arrests, and which suspects are arrested (positions).
    """
    assert world.rates is not None
    how, people, n = world.parameters.justice, world.people, len(suspected)
    is_young = world.rates.age[suspected.who] < ADULT
    weights = np.array([table(how.decided[kind], DECISIONS) for kind in KINDS])[suspected.kind]
    weights[:, CHARGED] *= table(how.charge_by_group, GROUPS)[people.group[suspected.who]] * np.where(suspected.is_right, 1.0, how.charged_if_wrong)
    weights[:, 1] *= np.where(is_young, how.young_diverted, 1.0)
    weights[:, CAUTION] *= np.where(is_young, how.young_diverted, 1.0)
    weights[:, 2] *= ~is_young
    decision = drawn(rng, weights)
    decided = suspected.reported + waited(rng, how.decision_days, n)
    is_convicted = (decision == CHARGED) & (rng.random(n) < np.where(suspected.is_right, how.convicted, how.convicted_if_wrong))
    is_charged = decision == CHARGED
    verdict = _court_days(world, suspected.who, decided, is_charged, rng)
    outcome = codes("outcome", DECISIONS)[decision]
    outcome[is_charged] = code("outcome", "acquitted")
    outcome[is_convicted] = code("outcome", "convicted")
    rows = rows_of(
        suspected.who, suspected.day, "crime_report", "suspect", reported=suspected.reported, incident=suspected.incident, offence=suspected.offence,
        weapon=suspected.weapon, is_domestic=(suspected.kind == DOMESTIC).astype(np.int8), outcome=outcome, outcome_day=np.where(is_charged, verdict, decided),
        dash_level=suspected.dash, area=suspected.area,
    )  # fmt: skip
    chance = times(np.minimum(suspected.arrest, 1), table(how.arrest_by_group, GROUPS)[people.look[suspected.who]])
    arrested = np.flatnonzero(rng.random(n) < chance)
    arrests = _arrests(world, suspected[arrested], decision[arrested], decided[arrested], rng)
    due = is_convicted | (decision == CAUTION)
    world.state.pending = world.state.pending.and_more(
        Pending(suspected.who[due], np.where(is_convicted, verdict, decided)[due], suspected.offence[due], suspected.kind[due], is_convicted[due])
    )
    world.state.named_who = np.concatenate([world.state.named_who, suspected.who])
    world.state.named_day = np.concatenate([world.state.named_day, suspected.reported])
    return joined([rows, arrests]), arrested


def _court_days(world: World, who: NDArray[Any], decided: NDArray[Any], is_charged: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int32]:
    """The day of each verdict: more than a month after the charge, and together with another case of the same person that waits already."""
    court = world.state.court
    own = decided + 31 + waited(rng, world.parameters.justice.court_days, len(who))
    later = world.now + 31  # nothing is put on a day that may have been dealt with
    waiting = court[who] > np.maximum(decided + 7, later)
    first = np.flatnonzero(is_charged & ~waiting)
    court[who[first]] = own[first]
    joins = court[who] > np.maximum(decided + 7, later)
    return np.where(joins & is_charged, court[who], own).astype(np.int32)


def _arrests(world: World, suspected: Suspected, decision: NDArray[Any], decided: NDArray[Any], rng: np.random.Generator) -> Rows:
    """Arrests, within days of the report and before the decision, and drug tests that were positive."""
    n = len(suspected)
    day = np.minimum(suspected.reported + waited(rng, 6, n), decided).astype(np.int32)
    arrests = rows_of(
        suspected.who, day, "arrest", "subject", incident=suspected.incident, offence=suspected.offence, weapon=suspected.weapon,
        is_domestic=(suspected.kind == DOMESTIC).astype(np.int8), outcome=codes("outcome", DECISIONS)[decision], outcome_day=decided, area=suspected.area,
    )  # fmt: skip
    tested = np.isin(suspected.kind, TESTED) & (rng.random(n) < world.parameters.young.drug_test) & world.people.uses[suspected.who]
    return joined([arrests, rows_of(suspected.who[tested], day[tested], "drug_test", "subject", area=suspected.area[tested])])


def sentence(world: World, days: int) -> tuple[Rows, NDArray[np.int32], NDArray[np.int32]]:
    """The sanctions due in the next so many days: one an occasion, of its gravest offence.

    Returns:
        Rows of sanctions, prison and supervision; and who is to be supervised, and since when.
    """
    is_due = world.state.pending.day < world.now + days
    due, world.state.pending = world.state.pending[is_due], world.state.pending[~is_due]
    grave = table(world.parameters.justice.custody_days, OFFENCES, world.parameters.justice.custody_days_other)
    order = np.lexsort((-grave[due.offence], ~due.is_conviction, due.day, due.who))
    due = due[order]
    first = np.ones(len(due.who), dtype=bool)
    first[1:] = (due.who[1:] != due.who[:-1]) | (due.day[1:] != due.day[:-1])
    due = due[first]
    rng = world.stream("sentences")
    chosen = drawn(rng, _weights(world, due))
    np.add.at(world.state.sanctions, due.who, np.int16(1))
    outcome = np.where(due.is_conviction, codes("outcome", SENTENCES)[chosen], np.int8(code("outcome", "caution")))
    sanctions = rows_of(due.who, due.day, "sanction", "subject", offence=due.offence, is_domestic=(due.kind == DOMESTIC).astype(np.int8), outcome=outcome)
    jailed = np.flatnonzero(due.is_conviction & (chosen == 3))
    served = np.maximum(grave[due.offence[jailed]] * rng.gamma(2, 0.5, len(jailed)), LEAST_SERVED).astype(np.int32)
    prison, released = _imprison(world, due.who[jailed], due.day[jailed], served)
    ordered = np.flatnonzero(due.is_conviction & (chosen == 2))
    who = np.concatenate([due.who[jailed], due.who[ordered]])
    start = np.concatenate([released + 1, due.day[ordered]]).astype(np.int32)
    supervision = rows_of(who, start, "supervision", "subject", until=start + int(world.parameters.justice.supervision_days))
    return joined([sanctions, prison, supervision]), who, np.concatenate([due.day[jailed], due.day[ordered]]).astype(np.int32)


def _weights(world: World, due: Pending) -> NDArray[np.float64]:
    """Weights of the sentences of each: custody goes by offence, record, age and group."""
    assert world.rates is not None
    how: Parameters = world.parameters
    justice = how.justice
    weights = np.array([table(justice.sentenced[kind], SENTENCES) for kind in KINDS])[due.kind]
    weights[:, 3] *= table(justice.custody_by_offence, OFFENCES, 1.0)[due.offence] * table(justice.custody_by_group, GROUPS)[world.people.group[due.who]]
    weights[:, 3] *= justice.custody_if_known ** np.log2(1.0 + world.state.sanctions[due.who])
    weights[:, 3] *= np.where(world.rates.age[due.who] < ADULT, justice.custody_if_young, 1.0)
    return weights


def _imprison(world: World, who: NDArray[Any], day: NDArray[Any], served: NDArray[Any]) -> tuple[Rows, NDArray[np.int32]]:
    """Stays in prison: who is inside already stays longer. Returns the rows and the last day of each stay."""
    state = world.state
    end = np.maximum(day + served, state.inside_until[who]).astype(np.int32)
    begins = np.full(len(state.inside_from), 2**30, dtype=np.int32) if len(who) else state.inside_from
    np.minimum.at(begins, who, day)
    runs = state.inside_until[who] >= world.now  # a stay that reaches into this step goes on unbroken
    state.inside_from[who] = np.where(runs, state.inside_from[who], begins[who])
    np.maximum.at(state.inside_until, who, end)
    return rows_of(who, day, "prison", "subject", until=end), end
