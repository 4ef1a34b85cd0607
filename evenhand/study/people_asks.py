"""What can be asked of a list of made-up people, a function each: from the list to findings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..tables.errors import CannotAnswer
from ..tables.record_rows import day_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..audit.about import About
    from ..audit.disclosure import Rule
    from ..audit.person_marks import Windows
    from ..audit.person_tallies import PersonTallies
    from ..audit.readings import Swept
    from ..people.made_up import MadeUp
    from ..people.parameters import Parameters
    from ..tables.findings import Finding
    from ..tables.scored import Scored
    from .people import Study, World
    from .people_run import Entry
    from .question import Tell

HALF_A_YEAR = 182
FEW_TOGETHER = 3
"""Combinations of readings tried of a system that must be fitted anew for each."""


@dataclass(frozen=True, eq=False)
class Listed:
    """One system's list in one world.

    Attributes:
        study, world, entry: what was declared.
        people: the world made up.
        scored: the list.
        on: the day it was made.
        about, windows, rule: the frame of findings, over what outcomes are counted, how small counts are shown.
        tell: is told what is being done and how much is done.
    """

    study: Study
    world: World
    people: MadeUp
    entry: Entry
    scored: Scored
    on: dt.date
    about: About
    windows: Windows
    rule: Rule
    tell: Tell

    @cached_property
    def tallies(self) -> PersonTallies:
        """The counts everything is computed from."""
        from ..audit.person_tallies import tally_people

        return tally_people(self.people.book, self.scored, conduct=self.people.conduct, windows=self.windows, among=self.entry.among)

    @property
    def told(self) -> dict[str, Any]:
        """What the audits of counts take."""
        return {"reference": self.study.reference, "about": self.about, "rule": self.rule}


def flags(listed: Listed) -> list[Finding]:
    """Whom the list holds, beside three denominators."""
    from ..audit.person_shares import share_findings

    return share_findings(listed.tallies, **listed.told)


def errors(listed: Listed) -> list[Finding]:
    """How often it is wrong, by what was recorded later and by what was done."""
    from ..audit.person_errors import error_findings

    return error_findings(listed.tallies, **listed.told)


def sources(listed: Listed) -> list[Finding]:
    """Who would not be listed without one kind of record."""
    from ..audit.person_source_findings import source_findings
    from ..audit.person_sources import source_tallies

    return source_findings(source_tallies(listed.people.book, listed.entry.score, on=listed.on), **listed.told)


def matched(listed: Listed) -> list[Finding]:
    """The gap between groups among people with the same record, and among people who did the same."""
    from ..audit.person_matching import matching_findings

    return matching_findings(listed.tallies, **listed.told)


def harm(listed: Listed) -> list[Finding]:
    """How many of the listed have done, or are recorded to have done, nothing of the kind."""
    from ..audit.person_harm import harm_findings

    return harm_findings(listed.tallies, **listed.told)


def over_time(listed: Listed) -> list[Finding]:
    """How long people stay, and who is taken off: lists made half a year apart, up to the day."""
    from ..audit.person_history import history_of
    from ..audit.person_history_findings import history_findings

    days = [listed.on - dt.timedelta(days=HALF_A_YEAR * ago) for ago in reversed(range(listed.study.lists))]
    lists = [listed.entry.score(listed.people.book, on=day) for day in days]
    return history_findings(history_of(listed.people.book, lists), **listed.told)


def baselines(listed: Listed) -> list[Finding]:
    """What plain rules would do with a list as long."""
    from ..audit.person_baselines import baseline_findings

    told: dict[str, Any] = {"among": listed.entry.among, "about": listed.about, "rule": listed.rule}
    return baseline_findings(listed.people.book, listed.scored, conduct=listed.people.conduct, windows=listed.windows, **told)


def children(listed: Listed) -> list[Finding]:
    """Those under 18, apart."""
    from ..audit.person_children import children_findings

    return children_findings(listed.tallies, **listed.told)


def readings(listed: Listed) -> Swept:
    """The list under every reading of what is not public."""
    from ..audit.person_readings import reading_envelope
    from ..audit.readings import TOGETHER

    varied = {name: choices for name, choices in listed.entry.readings.items() if len(choices) > 1}
    defaults = {name: listed.entry.settings[name] for name in listed.entry.module.CARD.defaults}
    module = listed.entry.module
    together = FEW_TOGETHER if hasattr(module, "fit") else TOGETHER
    told = {"together": together, "seed": listed.study.seed, **listed.told}
    return reading_envelope(listed.people.book, module.score, on=listed.on, defaults=defaults, readings=varied, tell=listed.tell, **told)


def leak(listed: Listed) -> list[Finding]:
    """Whether what the system is fitted on could only have been known later; for systems that say how they are fitted.

    Raises:
        CannotAnswer: the system has no `training_features` to look at.
    """
    from ..audit.label_leak import leak_findings

    module, book = listed.entry.module, listed.people.book
    if not hasattr(module, "training_features"):
        raise CannotAnswer(f"{listed.entry.label} does not say what it is fitted on, so it cannot be looked at for leaks.")
    on = listed.on - dt.timedelta(days=max(0, module.FOLLOW_DAYS - listed.study.follow_up_days))  # its outcome must have had its time
    settings = {name: value for name, value in listed.entry.settings.items() if name in module.CARD.defaults}
    among = module.may_be_scored(book, day=day_number(on), **settings)
    seen, known = (module.features(one, on=on, **settings) for one in (book, book.known(on)))
    came = module.outcome(book, day=day_number(on), **settings)[among]
    return leak_findings(
        {name: values[among] for name, values in seen.items()},
        came,
        known={name: values[among] for name, values in known.items()},
        about=listed.about,
        rule=listed.rule,
    )


ASKED: dict[str, Callable[[Listed], Any]] = {
    "flags": flags, "errors": errors, "sources": sources, "matched": matched, "harm": harm, "over-time": over_time, "baselines": baselines,
    "children": children, "leak": leak, "readings": readings,
}  # fmt: skip
"""Asked in this order; the readings last, since their range is written onto the others."""


def shares_in_further_worlds(
    study: Study, world: World, entries: Sequence[Entry], parameters: Parameters, tell: Tell
) -> dict[tuple[Any, ...], list[float | None]]:
    """The shares and gaps of lists in worlds of the same kind from other seeds: which figure -> its values."""
    from ..audit.person_rules import made_up_rule
    from .people_run import about_of, day_of, made, windows_of

    values: dict[tuple[Any, ...], list[float | None]] = {}
    for seed in range(study.seed + 1, study.seed + 1 + world.further_seeds):
        tell(f"{world.label}: a further world, seed {seed}", (seed - study.seed) / (world.further_seeds + 1))
        people = made(parameters, world, seed)
        on = day_of(people, study.follow_up_days)
        for entry in entries:
            about = about_of(study, world, entry, on, parameters)
            scored = entry.score(people.book, on=on)
            listed = Listed(study, world, people, entry, scored, on, about, windows_of(study), made_up_rule(), _silent)
            for finding in flags(listed) + matched(listed):
                values.setdefault(same_figure(finding, entry.label), []).append(finding.value)
    return values


def same_figure(finding: Finding, system: str = "") -> tuple[Any, ...]:
    """What makes findings of two worlds the same figure."""
    kept = {name: value for name, value in finding.settings.items() if name in ("denominator", "truth", "matched_on")}
    return finding.measure, finding.group, finding.reference, system or finding.settings.get("system"), repr(sorted(kept.items()))


def _silent(what: str, share: float) -> None:
    """Say nothing."""
