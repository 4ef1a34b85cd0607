"""From people, their records, a list and (of made-up people) what they truly did, to counts: one scan, and nothing else is kept.

Everything that is said of one list afterwards comes from these counts. A side that nothing is known of, such as true offending
where people are real, is empty, and what rests on it is not answered.

Read with care: "recorded" is what police wrote down, of whoever they suspected; "true" exists for made-up people alone.

Steps, in order:  person_marks (history on record and in truth, what came later) -> tally_people -> PersonTallies -> frame_of_people
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..tables.errors import BadSetting
from ..tables.record_rows import day_number
from .area_resampling import area_sums
from .group_rates import FEW_AREAS
from .person_counts import NO_YES, Tally, tallied
from .person_marks import EVIDENCE, Windows, accused, evidence_of, groups_of, history_strata, on_a_scale, recorded_later, score_levels, truth_of
from .person_said import INDEPENDENT, labelled, plain_frame

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import ArrayLike, NDArray

    from ..tables.conduct import Conduct
    from ..tables.record_book import RecordBook
    from ..tables.scored import Scored
    from .about import About
    from .disclosure import Rule
    from .score_frame import ScoreFrame

    Codes = tuple[ArrayLike, tuple[str, ...]]

ADULT = 18
AGES = ("under 18", "18 and over")
LATER = {"recorded": "later_recorded", "true": "later_true"}
"""Truth a list is judged by -> the side that holds it."""
LATE_END = 31
"""Days by which records may end before the follow-up does."""


@dataclass(frozen=True, repr=False)
class PersonTallies:
    """People counted.

    Attributes:
        people: by area, group, age, is_scored, is_flagged, evidence, record and conduct (strata), is_violent and was_violent
            (recently: on record; in truth), later_recorded, later_true.
        scores: by group, level, is_flagged, later_recorded, later_true, of people with a score.
        levels: the score of each level, rising.
        offences: "recorded" and "true" -> recent violent offences by group.
        score_sums: "record" and "conduct" -> sums over people of 1, score and its square by stratum and group, shape (strata, groups, 3).
        scale: what a score is in those sums: "score" where all lie between 0 and 1, else "rank" (0 lowest, 1 highest of those scored).
        system, provenance, on, windows, among: what made the list; the people; its day; what was counted; whom.
    """

    people: Tally
    scores: Tally
    levels: NDArray[np.float64]
    offences: dict[str, NDArray[np.float64]]
    score_sums: dict[str, NDArray[np.float64]]
    scale: str
    system: str
    provenance: str
    on: dt.date
    windows: Windows
    among: str

    def __repr__(self) -> str:
        """What was counted; no count."""
        return f"<counts of {self.provenance} people on {self.on}>"

    def __reduce__(self) -> Any:
        """Refuse to be written to disk while people are real: fine counts are nearly rows."""
        if self.provenance != "made-up":
            raise BadSetting("Fine counts of real people are not pickled. Keep the findings made from them instead.")
        return super().__reduce__()

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups that anybody is of."""
        return self.people.side("group")

    @property
    def has_truth(self) -> bool:
        """Whether what people truly did is known."""
        return self.people.is_known("was_violent")

    @property
    def truths(self) -> tuple[str, ...]:
        """By which truths it can be told who was rightly listed; none where nothing later is known."""
        return tuple(truth for truth, side in LATER.items() if self.people.is_known(side))


def tally_people(
    book: RecordBook,
    scored: Scored,
    *,
    conduct: Conduct | None = None,
    windows: Windows | None = None,
    among: Literal["everyone", "scored"] = "everyone",
    record_stratum: Codes | None = None,
    conduct_stratum: Codes | None = None,
) -> PersonTallies:
    """Count people by what they are, what was known of them, what a system made of it and what came later.

    Args:
        book: the whole book, what came after the day of the list included.
        scored: the list; its day is the day looked back and forward from.
        conduct: what made-up people truly did.
        windows: what is counted, over which time.
        among: count everybody, or only those the system speaks of (such as people in custody).
        record_stratum, conduct_stratum: who is alike on record, in truth: position of each person's stratum, and the strata's names.
            Left out: bands of all offences crossed with bands of recent violent ones.

    Raises:
        BadSetting: book, list and conduct are not of the same people, real people have a conduct, or records end before the follow-up does.

    Read with care:
        See the head of this file.
    """
    asked = windows or Windows()
    _require_same(book, scored, conduct, asked)
    columns = _sides(book, scored, conduct, asked, record_stratum, conduct_stratum)
    kept = scored.is_scored if among == "scored" else np.ones(len(book), dtype=bool)
    lately = {"recorded": columns.pop("_recorded")[0]}
    if conduct is not None:
        lately["true"] = columns.pop("_true")[0]
    people = _counted(columns, kept)
    levels, level = score_levels(scored.score)
    has = kept & (level >= 0)
    wanted = ("group", "is_flagged", "later_recorded", "later_true")
    scores = _counted({"level": (level, tuple(map(str, range(len(levels))))), **{name: columns[name] for name in wanted}}, has)
    value, scale = on_a_scale(scored.score)
    group, names = columns["group"]
    matched = ("record", "conduct") if conduct is not None else ("record",)
    return PersonTallies(
        people, scores, levels,
        {truth: _by_group(many, np.asarray(group), len(names), kept) for truth, many in lately.items()},
        {name: _sums(value, columns[name], columns["group"], has) for name in matched},
        scale, scored.system, book.provenance, scored.on, asked, among,
    )  # fmt: skip


def frame_of_people(
    tallies: PersonTallies,
    *,
    reference: str,
    about: About,
    rule: Rule | None = None,
    truth: str | None = None,
    replicates: int = 1000,
    seed: int = 0,
) -> ScoreFrame:
    """What findings on a list are made from, so that the audit of scores does the counting rules once.

    Args:
        tallies: people counted.
        reference: the group compared with.
        about: question, place, period, source, caveats and level of the findings.
        rule: how counts of people are shown; left out: the strict one.
        truth: "recorded" or "true": what the list is judged by; None leaves outcomes out.
        replicates, seed: of draws of whole areas.

    Raises:
        BadSetting: the reference is no group, or a rule for made-up people is asked for real ones.
        CannotAnswer: there is one group only.
    """
    cells = six_cells(tallies.people, truth, "group")
    areas = six_cells(tallies.people, truth, "area", "group")
    areas = areas[areas.sum(axis=(1, 2)) > 0]
    draws = None
    if len(areas) >= FEW_AREAS:
        draws = area_sums(areas.reshape(len(areas), -1), replicates=replicates, seed=seed).reshape(replicates, len(tallies.groups), 6)
    caveat = INDEPENDENT if draws is None else ""
    frame = plain_frame(tallies.provenance, tallies.system, tallies.groups, reference=reference, about=about, rule=rule, caveat=caveat)
    frame = labelled(frame, among=tallies.among, **({} if truth is None else {"truth": truth}))
    return replace(frame, cells=cells, areas=areas if draws is not None else None, draws=draws, replicates=replicates, seed=seed)


def six_cells(people: Tally, truth: str | None, *sides: str) -> NDArray[np.float64]:
    """People flagged or not, crossed with what came later, by further sides; shape (…, 6), in the order of `group_rates.TP` and the rest.

    Example:
        >>> table = tallied({"group": ([0, 0, 0], ("A",)), "is_flagged": ([1, 0, 0], NO_YES), "later_true": ([1, 1, 0], NO_YES)})
        >>> six_cells(table, "true", "group").tolist(), six_cells(table, None, "group").tolist()
        ([[1.0, 0.0, 1.0, 1.0, 0.0, 0.0]], [[0.0, 0.0, 0.0, 0.0, 1.0, 2.0]])
    """
    every = people.by(*sides, "is_flagged")
    known = people.by(*sides, "is_flagged", LATER[truth]) if truth else np.zeros((*every.shape, 2))
    unknown = every - known.sum(axis=-1)
    (pass_no, pass_yes), (flag_no, flag_yes) = ((known[..., flag, 0], known[..., flag, 1]) for flag in (0, 1))
    return np.stack([flag_yes, flag_no, pass_yes, pass_no, unknown[..., 1], unknown[..., 0]], axis=-1)


def _sides(
    book: RecordBook, scored: Scored, conduct: Conduct | None, asked: Windows, record_stratum: Codes | None, conduct_stratum: Codes | None
) -> dict[str, Codes]:
    on, known = day_number(scored.on), book.known(scored.on)
    lately = accused(known, asked.recorded_as, first=on - asked.past_days + 1, last=on, offences=asked.violent)
    record = record_stratum or history_strata(accused(known, asked.recorded_as), lately)
    sides: dict[str, Codes] = {
        "area": (book.area, book.areas),
        "group": groups_of(book),
        "age": ((book.age_on(on) >= ADULT).astype(int), AGES),
        "is_scored": (scored.is_scored, NO_YES),
        "is_flagged": (scored.is_flagged, NO_YES),
        "evidence": (evidence_of(known), EVIDENCE),
        "record": record,
        "is_violent": (lately > 0, NO_YES),
        "later_recorded": (recorded_later(book, asked, on), NO_YES),
        "_recorded": (lately, ()),
    }
    if conduct is None:
        absent = np.full(len(book), -1)
        return sides | {"conduct": (absent, ()), "was_violent": (absent, NO_YES), "later_true": (absent, NO_YES)}
    truth = truth_of(conduct, asked, on)
    strata = conduct_stratum or history_strata(truth.all_, truth.lately)
    return sides | {"conduct": strata, "was_violent": (truth.lately > 0, NO_YES), "later_true": (truth.later, NO_YES), "_true": (truth.lately, ())}


def _require_same(book: RecordBook, scored: Scored, conduct: Conduct | None, asked: Windows) -> None:
    if len(scored) != len(book) or (conduct is not None and conduct.people != len(book)):
        raise BadSetting("The list, or what people truly did, is not of the people in the book: they must have the same people in the same order.")
    if conduct is not None and not book.is_made_up:
        raise BadSetting("Nobody knows what real people truly did, so a conduct goes with made-up people alone. Leave it out.")
    if asked.follow_days is not None:
        end = day_number(scored.on) + asked.follow_days
        last = int(book.rows.reported.max()) if len(book.rows) else -(2**30)
        if last < end - LATE_END:
            raise BadSetting(
                f"Records end {end - last:,} days before the follow-up of {asked.follow_days:,} days does, so who had the outcome is not known. "
                "List on an earlier day, follow up for less long, or set follow_days=None."
            )


def _counted(columns: dict[str, Codes], kept: NDArray[np.bool_]) -> Tally:
    return tallied({name: (np.asarray(at)[kept], side) for name, (at, side) in columns.items()})


def _by_group(many: ArrayLike, group: NDArray[Any], groups: int, kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    chosen = kept & (group >= 0)
    return np.bincount(group[chosen], weights=np.asarray(many)[chosen], minlength=groups).astype(float)


def _sums(value: NDArray[np.float64], strata: Codes, groups: Codes, has: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Sums of 1, the score and its square by stratum and group."""
    stratum, group = np.asarray(strata[0]), np.asarray(groups[0])
    chosen = has & (stratum >= 0) & (group >= 0)
    at, score = stratum[chosen] * len(groups[1]) + group[chosen], value[chosen]
    size = len(strata[1]) * len(groups[1])
    parts = [np.bincount(at, weights=one, minlength=size).astype(float) for one in (np.ones(len(score)), score, score**2)]
    return np.stack(parts, axis=-1).reshape(len(strata[1]), len(groups[1]), 3)
