"""How is a list of people kept?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...tables.person_words import PROVENANCES
from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    import datetime as dt

    from ...audit.disclosure import Rule
    from ...tables.findings import Finding

RULES = ("strict", "opensafely", "midpoint-6")


def _ask(asked: Asked) -> Answer:
    from dataclasses import replace

    from ...audit.list_governance import governance
    from ...audit.release_ledger import Ledger
    from ...report.contents import Refusal
    from ...report.governance_pictures import governance_pictures
    from ...tables.list_reading import read_list

    settings, rule = asked.settings, _rule(asked.settings["rule"])
    on = _day(settings["on"])
    asked.tell("counting entries", 0.4)
    entries = read_list(asked.tables["governed_list"], provenance=settings["provenance"])
    ledger = Ledger.read(settings["ledger"], rule=rule) if settings["ledger"] else Ledger(rule)
    # A column that is mostly empty is counted as such, point by point; it is not said once more of every figure.
    about = asked.about("list-governance", "none", caveats=_whose(settings["provenance"]))
    about = replace(about, period=f"as at {on}" if asked.period == "period not stated" else asked.period)
    found = governance(
        entries, on=on, about=about, facts=asked.tables.get("list_facts"), rule=rule, ledger=ledger, review_months=settings["review_months"],
        data=_print_of(asked.tables["governed_list"]),
    )  # fmt: skip
    refused: list[Refusal] = []
    ratios = _ratios(asked, found, about, refused)
    if settings["ledger"]:
        ledger.save(settings["ledger"])
    asked.tell("drawing", 0.9)
    every = (*found, *ratios)
    return Answer(every, tuple(refused), governance_pictures(every))


def _ratios(asked: Asked, found: list[Finding], about: Any, refused: list[Any]) -> list[Finding]:
    from ...audit.list_governance import group_ratios
    from ...report.contents import Refusal
    from ...tables.errors import CannotAnswer

    denominators = asked.tables.get("list_denominators")
    if denominators is None:
        refused.append(
            Refusal("groups beside numbers of people", "no table `list_denominators` was given. Two denominators or more show how far the answer moves.")
        )
        return []
    try:
        ratios = group_ratios(found, denominators, about=about)
    except CannotAnswer as reason:
        refused.append(Refusal("groups beside numbers of people", str(reason)))
        return []
    if denominators["denominator"].nunique() < 2:
        refused.append(
            Refusal(
                "a second denominator", "one number of people was given. Another can move a ratio severalfold: give two, such as residents and people charged."
            )
        )
    return ratios


def _rule(name: str) -> Rule:
    from ...audit.disclosure import CONFIDENTIAL, MIDPOINT_6, OPENSAFELY

    return {"strict": CONFIDENTIAL, "opensafely": OPENSAFELY, "midpoint-6": MIDPOINT_6}[name]


def _day(text: str) -> dt.date:
    import datetime as dt

    from ...tables.errors import BadSetting

    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadSetting(f"`on` must be a day of the calendar such as 2024-06-30, not {text!r}.") from None


def _whose(provenance: str) -> tuple[str, ...]:
    return ("The list is said to be of made-up people.",) if provenance == "made-up" else ()


def _print_of(table: Any) -> str:
    """A short mark of the data, for the ledger: the same for the same entries in whatever order, and leading back to nothing."""
    import hashlib

    import pandas as pd

    rows = sorted(pd.util.hash_pandas_object(table.drop(columns="person"), index=False).tolist())
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


QUESTION = Question(
    name="list-governance",
    asks="How is a list of people kept: on what evidence, for how long, and whom does it fall on?",
    says=(
        "Asks of a pseudonymous list the points on which the Gangs Matrix failed before the Information Commissioner in 2018: entries without evidence, "
        "past review or past their last day, without harm, victims among suspects, opinion mixed with fact, children, passing on without a basis, use after "
        "removal, and the assessments and rules that its keeper has or has not. Each is met, not met or not told, with the principle it rests on and how well "
        "that is known. Group shares stand beside two numbers of people. Everything is a count: small ones are left out, no entry is shown, and fewer than a "
        "hundred real people are refused."
    ),
    tables=(
        Wanted("governed_list", "the list: person (a pseudonym), added, and whatever else is told of removal, review, retention, evidence, roles and sharing"),
        Wanted("list_facts", "what its keeper has: assessments, rules, agreements, a row each: fact, is_there", False),
        Wanted("list_denominators", "numbers of people by group to set it beside, two or more: denominator, group, people", False),
    ),
    settings=(
        Setting("on", "the day asked about, such as 2024-06-30", is_needed=True),
        Setting("provenance", "whether the people are real and under pseudonyms, or made up", "pseudonymised", str, PROVENANCES),
        Setting("review_months", "an entry nobody looked at again for so many months counts as unreviewed", 12, int),
        Setting("rule", "how counts of people are shown: strict (under 10 left out, rounded to 5), or the conventions of OpenSAFELY", "strict", str, RULES),
        Setting("ledger", "file of what earlier runs have shown; counts that differ from those by a few people are left out, and the file is written anew", ""),
    ),
    ask=_ask,
    example="evenhand audit list-governance --governed-list list.csv --on 2024-06-30 --list-facts facts.csv --list-denominators people.csv",
)
