"""Reads the rules of the refusal checker, and writes them as refusals.json for the pages.

Every pattern is checked when it is read: that Python and JavaScript read it alike, that no letter can make it slow, that a set of
phrases finds the sentences it should and no other.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from ..register.reading import shipped_records
from ..tables.errors import BadFile
from .patterns import compiled, tidied, wrong_with
from .reasons import slots_of
from .refusal_rules import REGIMES, PhraseFile, RefusalRule, RefusalRules
from .rule_files import RuleFiles, found_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ..register.problem import Problem
    from .law import Law

PHRASES = "phrases.yml"
FORMAT = 1


def read_refusal_rules(folder: Path | None = None, *, law: Law | None = None) -> tuple[RefusalRules, list[Problem]]:
    """The rules of the checker, and every problem in or between them.

    Args:
        folder: where phrases.yml and refusals/ stand; those that ship unless given.
        law: what the rules cite; the law that ships unless given.

    Example:
        >>> rules, problems = read_refusal_rules()
        >>> rules.rules["p3-limb-missing"].kinds, problems
        (('access-p3',), [])
    """
    from .law import shipped_law

    files = found_files(folder or shipped_records() / "redress", "redress", single=(PHRASES,), below=("refusals",))
    rules = RefusalRules()
    for name in files.texts:
        if name == PHRASES:
            held = files.parsed(name, TypeAdapter(PhraseFile))
            if held:
                rules.phrases, rules.tidy = held.phrases, held.tidy
        else:
            rule = files.parsed(name, TypeAdapter(RefusalRule))
            if rule:
                rules.rules[name.removeprefix("refusals/").removesuffix(".yml")] = rule
    rules.rules = dict(sorted(rules.rules.items(), key=lambda one: (one[1].order, one[0])))
    if not files.problems:  # what could not be read would only be missed again
        _check_phrases(rules, files)
        for slug, rule in rules.rules.items():
            _check_rule(rules, slug, rule, law or shipped_law(), files)
    return rules, sorted(files.problems)


@cache
def shipped_refusal_rules() -> RefusalRules:
    """The rules that ship.

    Raises:
        BadFile: their files are broken.
    """
    rules, problems = read_refusal_rules()
    if problems:
        raise BadFile(f"The rules for reading refusals have {len(problems)} problems, the first in {problems[0]}")
    return rules


def _check_phrases(rules: RefusalRules, files: RuleFiles) -> None:
    for number, (pattern, _) in enumerate(rules.tidy):
        if wrong := wrong_with(pattern, is_tidying=True):
            files.add(PHRASES, ("tidy", number), f"{pattern}: {wrong}.")
    used = {one[1:] for rule in rules.rules.values() for one in sought_by(rule) if one.startswith("@")}
    for name, phrase in rules.phrases.items():
        for pattern in phrase.patterns:
            if wrong := wrong_with(pattern):
                files.add(PHRASES, ("phrases", name), f"{pattern}: {wrong}.")
        if name not in used:
            files.add(PHRASES, ("phrases", name), "No rule looks for it.")
    if files.problems:
        return
    for name, phrase in rules.phrases.items():
        for key, wanted in (("hits", True), ("misses", False)):
            for sentence in getattr(phrase, key):
                if any(compiled(one).search(tidied(sentence, rules.tidy)) for one in phrase.patterns) != wanted:
                    files.add(PHRASES, ("phrases", name, key), f"It is {'not ' if wanted else ''}found: {sentence}")


def sought_by(rule: RefusalRule) -> Iterator[str]:
    """Everything that a rule looks for: patterns, and names of sets of phrases with @."""
    yield from (*rule.looks_for.any, *rule.looks_for.all, *rule.looks_for.none)
    for item in rule.items.values():
        yield from item.any


def _check_rule(rules: RefusalRules, slug: str, rule: RefusalRule, law: Law, files: RuleFiles) -> None:
    name = f"refusals/{slug}.yml"
    for sought in sought_by(rule):
        if sought.startswith("@"):
            if sought[1:] not in rules.phrases:
                files.add(name, ("looks_for",), f"There is no set of phrases `{sought}`. Sets are: {', '.join(rules.phrases)}.")
        elif wrong := wrong_with(sought):
            files.add(name, ("looks_for",), f"{sought}: {wrong}.")
    cited = [one for some in rule.provisions.values() for one in some] + [item.provision for item in rule.items.values() if item.provision]
    for key, wanted, known, what in (
        ("provisions", cited, law.provisions, "provision"), ("verify", rule.verify, law.questions, "open question"),
        ("grounds", rule.grounds, law.grounds, "ground"), ("late", [one.remedy for one in rule.late.values()], law.remedies, "remedy"),
        ("counter_points", [one for point in rule.counter_points.values() for one in point.basis], law.provisions, "provision"),
    ):  # fmt: skip
        for one in wanted:
            if one not in known:
                files.add(name, (key,), f"There is no {what} `{one}`.")
            elif known is law.provisions and (says := _outside(rule, law.provisions[one].in_force)):
                files.add(name, (key,), f"`{one}` {says}, and the rule holds longer. Give the rule `in_force`, or cite another.")
    for kind in rule.kinds:
        if not rule.provisions.get(kind):
            files.add(name, ("provisions",), f"Nothing is cited for `{kind}`.")
    if rule.grounds and not {law.grounds[one].regime for one in rule.grounds if one in law.grounds} & {REGIMES[kind] for kind in rule.kinds}:
        files.add(name, ("grounds",), "None of these grounds belongs to the law of its kinds.")
    for slot in sorted(slots_of(rule.draft) - _filled(rule)):
        files.add(name, ("draft",), f"Nothing fills {{{slot}}} there.")
    if not slots_of(rule.draft) & {"basis", "basis_first"}:
        files.add(name, ("draft",), "It cites nothing: put {basis} where the law is named.")


def _filled(rule: RefusalRule) -> set[str]:
    """The slots of a draft that a rule can fill."""
    found = {"basis", "basis_first"}
    found |= {"items"} if rule.items else set()
    found |= {"received", "asked", "due"} if rule.late else {"asked"} if rule.picked_by == "asked" else set()
    return found | ({"facts"} if rule.register_ else set())


def _outside(rule: RefusalRule, span: Any) -> str | None:
    if span.start and (rule.in_force.start is None or rule.in_force.start < span.start):
        return f"applies only from {span.start}"
    if span.to and (rule.in_force.to is None or rule.in_force.to > span.to):
        return f"applied only until {span.to}"
    return None


def compiled_refusal_rules(rules: RefusalRules) -> dict[str, Any]:
    """The rules as plain values, in the order in which they are shown."""
    held = {
        "tidy": [list(one) for one in rules.tidy],
        "phrases": {name: {"says": one.says, "patterns": list(one.patterns)} for name, one in rules.phrases.items()},
        "rules": [
            {"id": slug, **rule.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True), "is_checked": rule.is_checked}
            for slug, rule in rules.rules.items()
        ],
    }
    version = hashlib.sha256(_text(held).encode()).hexdigest()[:16]
    return {"format": FORMAT, "version": version, **held}


def refusal_rules_json(rules: RefusalRules | None = None) -> str:
    """The text of refusals.json; the same files give the same bytes.

    Example:
        >>> refusal_rules_json().startswith('{"format":1,')
        True
    """
    return _text(compiled_refusal_rules(rules or shipped_refusal_rules())) + "\n"


def _text(held: Any) -> str:
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


def every_pattern(rules: RefusalRules) -> Iterable[str]:
    """Every pattern there is, each once."""
    found = [one for rule in rules.rules.values() for sought in sought_by(rule) for one in rules.patterns(sought)]
    return dict.fromkeys(found)
