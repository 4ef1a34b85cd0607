"""What is asked of a list of people: the points of the checklist, the principle each rests on, and which entries do not keep it.

The points are those on which the Information Commissioner found against the Gangs Matrix in 2018, and what follows for a list kept under Part 3
of the Data Protection Act 2018. A principle is marked: "read" where the provision was read for the register of law that ships with Evenhand,
"reported" where somebody's account of the document was read, "recalled" where it was not looked up again. It is no legal advice.

Source: Information Commissioner's Office, enforcement notice to the Metropolitan Police Service of 13 November 2018 (as reported); Data Protection
Act 2018, ss. 35-42, 44, 62 and 64; Equality Act 2010, s. 149; MOPAC (2018), Review of the Gangs Violence Matrix (as reported).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..tables.governed_list import EVIDENCE

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Mark = Literal["read", "reported", "recalled"]


@dataclass(frozen=True)
class Principle:
    """What a point rests on, and how well that is known."""

    says: str
    mark: Mark

    def __str__(self) -> str:
        """The principle with its mark, unless it was read."""
        return self.says if self.mark == "read" else f"{self.says} ({self.mark})"


FAIR = Principle("Data Protection Act 2018, section 35: lawful and fair", "read")
PURPOSE = Principle("Data Protection Act 2018, section 36: for a stated purpose, and no other", "read")
NOT_EXCESSIVE = Principle("Data Protection Act 2018, section 37: adequate, relevant and not excessive", "read")
ACCURATE = Principle("Data Protection Act 2018, section 38(1): accurate and up to date", "read")
FACT_APART = Principle("Data Protection Act 2018, section 38(2): facts apart from personal assessments", "read")
ROLES_APART = Principle("Data Protection Act 2018, section 38(3): suspects, convicted people, victims and witnesses apart", "read")
NO_LONGER = Principle("Data Protection Act 2018, section 39: kept no longer than necessary, with reviews at set times", "read")
SECURE = Principle("Data Protection Act 2018, section 40: security", "recalled")
POLICY = Principle("Data Protection Act 2018, section 42: a policy document for sensitive processing", "recalled")
INFORM = Principle("Data Protection Act 2018, section 44(1): general information made public", "read")
TELL_RECIPIENTS = Principle("Data Protection Act 2018, section 48(9): recipients told of corrections", "read")
LOGS = Principle("Data Protection Act 2018, section 62: logs of who consulted and disclosed", "read")
ASSESS = Principle("Data Protection Act 2018, section 64: an impact assessment before high-risk processing", "recalled")
EQUALITY = Principle("Equality Act 2010, section 149: due regard to equality", "read")
CHILDREN = Principle("Children Act 2004, section 11: regard to the welfare of children", "recalled")
OLD_1 = Principle("Gangs Matrix notice 2018: first principle of the 1998 Act, fair and lawful", "reported")
OLD_3 = Principle("Gangs Matrix notice 2018: third principle of the 1998 Act, not excessive", "reported")
OLD_4 = Principle("Gangs Matrix notice 2018: fourth principle of the 1998 Act, accurate", "reported")
OLD_5 = Principle("Gangs Matrix notice 2018: fifth principle of the 1998 Act, kept no longer than necessary", "reported")
OLD_7 = Principle("Gangs Matrix notice 2018: seventh principle of the 1998 Act, security", "reported")
SOURCES = Principle("The Matrix’s own rule: reliable intelligence from more than one source", "reported")
MOPAC = Principle("MOPAC review of the Matrix, 2018", "reported")

Masks = tuple["NDArray[np.bool_]", "NDArray[np.bool_]"]
"""Of entries: those of whom it is told, and of those the ones that do not keep the point."""


@dataclass(frozen=True)
class Asked:
    """What a point is judged from: entries on the list, days as numbers.

    Attributes:
        entries: those on the list on the day asked about, and for `used_after_removal` those taken off.
        on: the day, as a day number.
        review_days: an entry that was not looked at for so long is unreviewed.
    """

    entries: pd.DataFrame
    on: int
    review_days: int

    def has(self, *columns: str) -> bool:
        """Whether every one of these columns was handed over."""
        return all(name in self.entries for name in columns)

    def days(self, column: str) -> NDArray[np.float64]:
        """A column of days as day numbers, nan where there is none; shape (entries,)."""
        found = np.asarray(self.entries[column].to_numpy(dtype="datetime64[D]", na_value=np.datetime64("NaT")))
        return np.where(np.isnat(found), np.nan, found.astype(np.int64).astype(float))

    def is_word(self, column: str, *words: str) -> NDArray[np.bool_]:
        """Entries whose column holds one of these words."""
        return np.asarray(self.entries[column].isin(words), dtype=bool)

    def is_told(self, column: str) -> NDArray[np.bool_]:
        """Entries whose column is not empty."""
        return np.asarray(self.entries[column].notna(), dtype=bool)

    def number(self, column: str) -> NDArray[np.float64]:
        """A column of numbers, nan where there is none."""
        return np.asarray(self.entries[column].to_numpy(dtype=float, na_value=np.nan))


@dataclass(frozen=True)
class Point:
    """One line of the checklist, judged entry by entry.

    Attributes:
        slug: its name in settings.
        title: what is wrong with an entry that does not keep it, as a heading over a share of entries.
        principles: what it rests on.
        judge: the masks; None where the columns it needs were not handed over.
        needs: those columns, for a reader.
        is_of_people: it tells something of the people and not only of the keeping of the list, so that "none" is hidden like any small number.
        is_of_removed: it is judged over entries that were taken off.
        note: what to mind.
    """

    slug: str
    title: str
    principles: tuple[Principle, ...]
    judge: Callable[[Asked], Masks | None]
    needs: str
    is_of_people: bool = False
    is_of_removed: bool = False
    note: str = ""


def _all(asked: Asked) -> NDArray[np.bool_]:
    return np.ones(len(asked.entries), dtype=bool)


def _evidence(asked: Asked, names: tuple[str, ...]) -> NDArray[np.float64]:
    """Records of these kinds behind each entry; a kind whose column was left out is taken as none."""
    held = [asked.number(name) for name in names if asked.has(name)]
    return np.sum(held, axis=0) if held else np.zeros(len(asked.entries))


def _without_evidence(asked: Asked) -> Masks | None:
    if not any(asked.has(name) for name in EVIDENCE):
        return None
    total = _evidence(asked, EVIDENCE)
    return ~np.isnan(total), total == 0


def _soft_only(asked: Asked) -> Masks | None:
    if not asked.has("convictions", "charges", "suspect_reports"):
        return None
    hard, every = _evidence(asked, ("convictions", "charges", "suspect_reports")), _evidence(asked, EVIDENCE)
    return ~np.isnan(every), (hard == 0) & (every > 0)


def _one_source(asked: Asked) -> Masks | None:
    if not asked.has("independent_sources", "convictions", "charges"):
        return None
    sources, proved = asked.number("independent_sources"), _evidence(asked, ("convictions", "charges"))
    return ~np.isnan(sources) & ~np.isnan(proved), (sources < 2) & (proved == 0)


def _past_review(asked: Asked) -> Masks | None:
    if not asked.has("review_due"):
        return None
    due = asked.days("review_due")
    last = asked.days("last_reviewed") if asked.has("last_reviewed") else np.full(len(due), np.nan)
    return ~np.isnan(due), (due < asked.on) & ~(last >= due)


def _unreviewed(asked: Asked) -> Masks | None:
    if not asked.has("last_reviewed"):
        return None
    last = asked.days("last_reviewed")
    return _all(asked), np.fmax(last, asked.days("added")) < asked.on - asked.review_days


def _past_retention(asked: Asked) -> Masks | None:
    if not asked.has("retention_until"):
        return None
    until = asked.days("retention_until")
    return ~np.isnan(until), until < asked.on


def _no_end(asked: Asked) -> Masks | None:
    return (_all(asked), ~asked.is_told("retention_until")) if asked.has("retention_until") else (_all(asked), _all(asked))


def _zero_harm(asked: Asked) -> Masks | None:
    return (asked.is_told("harm_score"), asked.number("harm_score") == 0) if asked.has("harm_score") else None


def _victims(asked: Asked) -> Masks | None:
    if not asked.has("role"):
        return None
    is_victim = asked.is_word("role", "victim", "witness")
    is_mixed = (asked.is_word("role", "convicted", "suspect", "associate")).any()
    return asked.is_told("role"), is_victim & is_mixed


def _no_role(asked: Asked) -> Masks | None:
    return (_all(asked), ~asked.is_told("role")) if asked.has("role") else (_all(asked), _all(asked))


def _mixed_basis(asked: Asked) -> Masks | None:
    return (asked.is_told("basis"), asked.is_word("basis", "both")) if asked.has("basis") else None


def _opinion(asked: Asked) -> Masks | None:
    return (asked.is_told("basis"), asked.is_word("basis", "opinion")) if asked.has("basis") else None


def _children(asked: Asked) -> Masks | None:
    if asked.has("birth_month"):
        born = asked.entries["birth_month"].to_numpy(dtype="datetime64[M]", na_value=np.datetime64("NaT"))
        months = np.datetime64(asked.on, "D").astype("datetime64[M]") - born
        is_told = ~np.isnat(born)
        return is_told, is_told & (months.astype(np.int64) < 18 * 12)
    return (asked.is_told("is_child"), asked.is_word("is_child", True)) if asked.has("is_child") else None  # type: ignore[arg-type]


def _shared(asked: Asked) -> Masks | None:
    if not asked.has("is_shared", "sharing_basis"):
        return None
    is_shared = np.asarray(asked.entries["is_shared"].fillna(False), dtype=bool)
    return asked.is_told("is_shared"), is_shared & ~asked.is_word("sharing_basis", "law", "agreement", "consent", "safeguarding")


def _used_after(asked: Asked) -> Masks | None:
    if not asked.has("removed", "last_used"):
        return None
    used = asked.days("last_used")
    return _all(asked), used > asked.days("removed")


def _no_group(asked: Asked) -> Masks | None:
    return (_all(asked), ~asked.is_told("group")) if asked.has("group") else (_all(asked), _all(asked))


POINTS = (
    Point("without-evidence", "Entries that rest on no record at all", (NOT_EXCESSIVE, ACCURATE, OLD_3, OLD_4), _without_evidence,
          "numbers of records of any kind", note="Kinds of record whose columns were left out are taken as none."),
    Point("soft-only", "Entries that rest on no report, charge or conviction of the person", (FACT_APART, ACCURATE, OLD_4), _soft_only,
          "convictions, charges and suspect_reports", note="What is left is intelligence, association, stops or being a victim."),
    Point("one-source", "Entries of people neither charged nor convicted, from one source or none", (SOURCES, ACCURATE), _one_source,
          "independent_sources, convictions and charges"),
    Point("past-review", "Entries past the day their review was due", (NO_LONGER, OLD_5), _past_review, "review_due"),
    Point("unreviewed", "Entries nobody has looked at again for long", (NO_LONGER, ACCURATE, MOPAC), _unreviewed, "last_reviewed"),
    Point("past-retention", "Entries kept past their last day", (NO_LONGER, OLD_5), _past_retention, "retention_until"),
    Point("no-last-day", "Entries without a last day", (NO_LONGER, OLD_5), _no_end, "retention_until",
          note="A column left out counts as no last day for anybody."),
    Point("zero-harm", "Entries whose harm score is nought", (NOT_EXCESSIVE, OLD_3), _zero_harm, "harm_score", is_of_people=True,
          note="Nought in a window of months; whether anything happened before it the score does not say."),
    Point("victims", "Victims and witnesses among suspects", (ROLES_APART, OLD_1, OLD_4), _victims, "role", is_of_people=True),
    Point("no-role", "Entries that do not say what the person is on the list as", (ROLES_APART, OLD_1), _no_role, "role",
          note="A column left out counts as not said for anybody."),
    Point("mixed-basis", "Entries that mix opinion with fact", (FACT_APART,), _mixed_basis, "basis"),
    Point("opinion", "Entries that rest on opinion alone", (FACT_APART, ACCURATE), _opinion, "basis"),
    Point("children", "Children", (CHILDREN, EQUALITY, ASSESS), _children, "birth_month or is_child", is_of_people=True,
          note="That children are on it is no breach by itself; it asks for safeguards. The threshold is twice that of adults."),
    Point("shared", "Entries passed on without a basis", (FAIR, PURPOSE, OLD_1, OLD_7), _shared, "is_shared and sharing_basis"),
    Point("no-group", "Entries without an ethnic group", (EQUALITY,), _no_group, "group",
          note="Where it is not recorded, nobody can say whom the list falls on. A column left out counts as not recorded for anybody."),
    Point("used-after", "Entries acted on after they were taken off", (NO_LONGER, TELL_RECIPIENTS, OLD_5), _used_after, "removed and last_used",
          is_of_removed=True),
)  # fmt: skip
"""Points judged entry by entry, in the order shown."""

FACT_PRINCIPLES: dict[str, tuple[Principle, ...]] = {
    "entry_rules": (FAIR, OLD_1, MOPAC),
    "removal_rules": (NO_LONGER, MOPAC),
    "retention_schedule": (NO_LONGER, OLD_5),
    "review_schedule": (NO_LONGER,),
    "data_protection_impact_assessment": (ASSESS,),
    "equality_impact_assessment": (EQUALITY,),
    "sensitive_processing_policy": (POLICY, FAIR),
    "sharing_agreements": (PURPOSE, SECURE, OLD_7),
    "sharing_cut_down": (NOT_EXCESSIVE, SECURE, OLD_3, OLD_7),
    "copies_recalled": (TELL_RECIPIENTS, NO_LONGER, OLD_5),
    "access_logged": (LOGS, SECURE),
    "children_safeguards": (CHILDREN, EQUALITY),
    "public_information": (INFORM, MOPAC),
    "oversight": (MOPAC,),
}
"""Fact of tables/list_facts.py -> what asks for it."""
