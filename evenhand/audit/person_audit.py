"""All that can be asked of one list of people, in one call: whom it holds, how often it is wrong, on what, and beside what.

    audit_list   shares, errors by record and by truth, matched gaps, zero harm, plain choices, children

What needs the system run again is asked apart: person_sources (what it rests on), person_readings (what is not public), person_history
(several lists) and person_feedback (the loop).

Read with care: no number here says that a list is fair, and none that it is unlawful.

Steps, in order:  tally_people -> share_findings, error_findings, matching_findings, harm_findings, baseline_findings, children_findings

Source: each file cites its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .person_baselines import baseline_findings
from .person_children import children_findings
from .person_errors import error_findings
from .person_harm import harm_findings
from .person_marks import Windows
from .person_matching import matching_findings
from .person_shares import share_findings
from .person_tallies import tally_people

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..tables.conduct import Conduct
    from ..tables.findings import Finding
    from ..tables.record_book import RecordBook
    from ..tables.scored import Scored
    from .about import About
    from .disclosure import Rule


def audit_list(
    book: RecordBook,
    scored: Scored,
    *,
    reference: str,
    about: About,
    conduct: Conduct | None = None,
    windows: Windows | None = None,
    among: Literal["everyone", "scored"] = "everyone",
    rule: Rule | None = None,
    replicates: int = 1000,
    seed: int = 0,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> list[Finding]:
    """Everything that one list can be asked.

    Args:
        book: the whole book, what came after the day of the list included.
        scored: the list.
        reference: the group compared with.
        about: question, place, period, source, caveats and level of the findings.
        conduct: what made-up people truly did; without it nothing is said of truth.
        windows: what is counted, over which time; with `follow_days=None` nothing is said of what came later.
        among: everybody, or those the system speaks of.
        rule: how counts of people are shown; left out: the strict one, made-up people included.
        replicates, seed: of draws.
        tell: is told what is being done and how much is done, 0 to 1.

    Returns:
        Findings.

    Raises:
        BadSetting, CannotAnswer: see `person_tallies.tally_people` and `person_tallies.frame_of_people`.
    """
    asked = windows or Windows()
    tell("counting people", 0.0)
    tallies = tally_people(book, scored, conduct=conduct, windows=asked, among=among)
    found = share_findings(tallies, reference=reference, about=about, rule=rule, replicates=replicates, seed=seed)
    if tallies.truths:
        tell("errors by the record and by the truth", 0.3)
        found += error_findings(tallies, reference=reference, about=about, rule=rule, replicates=replicates, seed=seed)
        tell("plain choices", 0.5)
        found += baseline_findings(book, scored, about=about, conduct=conduct, windows=asked, among=among, rule=rule, replicates=replicates, seed=seed)
    tell("people who are alike", 0.7)
    found += matching_findings(tallies, reference=reference, about=about, rule=rule, replicates=replicates, seed=seed)
    tell("zero harm, and children", 0.9)
    found += harm_findings(tallies, reference=reference, about=about, rule=rule)
    return [*found, *children_findings(tallies, reference=reference, about=about, rule=rule)]
