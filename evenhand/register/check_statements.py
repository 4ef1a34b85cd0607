"""Can all that is said be so, does somebody say it, and is it in our own words?"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from .subjects import Body, System
from .walking import evidence_in, records
from .words import MOST_QUOTED_WORDS

if TYPE_CHECKING:
    from .claim import Claim
    from .found import Found
    from .register import Register
    from .walking import Path

ANSWERED = ("denied", "withheld")
"""States in which somebody has answered: it must be said who."""
_QUOTED = re.compile("“([^“”]+)”|‘([^‘’]*(?:’(?=\\w)[^‘’]*)*)’|\"([^\"]+)\"")
TEXTS = ("summary", "says", "value", "caveat", "what", "purpose", "basis", "wanted", "outcome", "explanation", "reply", "check", "printed")


def check_statements(register: Register, found: Found) -> None:
    """Claims that exclude each other, answers without an answerer, and quotations that are too long."""
    joined = _joined_by_contradictions(register)
    refused = {system for refusal in register.refusals.values() for system in refusal.about}
    for kind, subjects in (("systems", register.systems), ("bodies", register.bodies)):
        for slug, subject in subjects.items():
            _check_subject(kind, slug, subject, joined, kind == "bodies" or slug in refused, found)
    _check_sides(register, found)
    _check_answers(register, found)
    for kind, slug, record in records(register):
        _check_quotations(kind, slug, record, found)


def _joined_by_contradictions(register: Register) -> dict[str, set[str]]:
    """Of each claim, the contradictions that it is a side of."""
    joined = defaultdict[str, set[str]](set)
    for slug, contradiction in register.contradictions.items():
        for side in contradiction.sides:
            if side.claim:
                joined[side.claim].add(slug)
    return joined


def _check_subject(kind: str, slug: str, subject: Any, joined: dict[str, set[str]], is_refused: bool, found: Found) -> None:
    by_question = defaultdict[tuple[str, str | None, str | None], list[str]](list)
    for key, claim in subject.claims.items():
        if claim.rank != "deprecated":
            by_question[claim.property, claim.at, claim.as_of].append(key)
        if claim.state in ANSWERED and claim.said_by is None:
            found.add(kind, slug, ("claims", key), f"It is {claim.state}, so somebody answered: say who in `said_by`.")
        if claim.state == "withheld" and not is_refused:
            found.advise(kind, slug, ("claims", key), "It was withheld, and records/refusals tells of no refusal about this system. Add one.")
        _, _, earlier = (claim.supersedes or "").partition(".")
        if claim.supersedes == f"{slug}.{earlier}" and earlier in subject.claims and subject.claims[earlier].rank != "deprecated":
            found.advise(kind, slug, ("claims", earlier), f"`{key}` takes its place (`supersedes`). Set `rank: deprecated` here.")
    for keys in by_question.values():
        if len(keys) > 1:
            _check_together(kind, slug, subject.claims, keys, joined, found)


def _check_together(kind: str, slug: str, claims: dict[str, Claim], keys: list[str], joined: dict[str, set[str]], found: Found) -> None:
    """Claims that answer one question of one place and time: those that exclude each other stand in a contradiction."""
    for number, later in enumerate(keys):
        for earlier in keys[:number]:
            one, other = claims[earlier], claims[later]
            if _exclude(one, other) and not joined.get(f"{slug}.{earlier}", set()) & joined.get(f"{slug}.{later}", set()):
                says = (
                    f"`{later}` and `{earlier}` cannot both be so ({_short(one)}; {_short(other)}). Write a file in records/contradictions "
                    f"whose sides name both claims (`claim: {slug}.{earlier}`, `claim: {slug}.{later}`), or set one to `rank: deprecated`."
                )
                found.add(kind, slug, ("claims", later), says)


def _exclude(one: Claim, other: Claim) -> bool:
    """Whether two claims of one question cannot both be so: yes and no, or stated and denied."""
    answers = [_answer(claim) for claim in (one, other)]
    if None in answers:
        return False
    return answers[0] != answers[1]


def _answer(claim: Claim) -> bool | None:
    """What a claim says to a question of yes or no; None where it says neither."""
    if claim.state == "denied":
        return False
    if claim.state == "known":
        return claim.value if isinstance(claim.value, bool) else True
    return None


def _short(claim: Claim) -> str:
    value = ("yes" if claim.value else "no") if isinstance(claim.value, bool) else "stated"
    return f"{claim.said_by or 'the source'}: {value if claim.state == 'known' else claim.state}"


def _check_sides(register: Register, found: Found) -> None:
    for slug, contradiction in register.contradictions.items():
        for number, side in enumerate(contradiction.sides):
            subject, _, key = (side.claim or "").partition(".")
            held = register.systems.get(subject) or register.bodies.get(subject)
            claim = held.claims.get(key) if held else None
            if claim is None:
                continue
            if subject not in contradiction.about:
                found.advise("contradictions", slug, ("sides", number, "claim"), f"It is a claim about `{subject}`, which `about` does not list. Add it there.")
            if claim.said_by and claim.said_by != side.said_by:
                says = f"The claim is said by `{claim.said_by}`, this side by `{side.said_by}`. Mend one of the two."
                found.advise("contradictions", slug, ("sides", number, "said_by"), says)


def _check_answers(register: Register, found: Found) -> None:
    about = {subject for contradiction in register.contradictions.values() for subject in contradiction.about}
    for slug, body in register.bodies.items():
        for key, answer in body.answers.items():
            if answer.is_contradicted and slug not in about:
                says = "It is marked as contradicted, and no record in records/contradictions is about this body. Add one, or drop the mark."
                found.advise("bodies", slug, ("answers", key, "is_contradicted"), says)


def _check_quotations(kind: str, slug: str, record: Any, found: Found) -> None:
    """A dozen of a source's words in one fact, be they in one piece of evidence, in several, or in our own text."""
    words: dict[tuple[Path, str], int] = defaultdict(int)
    for path, evidence in evidence_in(record):
        if evidence.words:
            words[path[:-2], evidence.source] += len(evidence.words.split())
    for (path, source), number in words.items():
        if number > MOST_QUOTED_WORDS:
            says = f"Its evidence quotes {number} words of {source} in all, and {MOST_QUOTED_WORDS} are the most for one fact. Say the rest in our own words."
            found.add(kind, slug, path, says)
    for path, text in _texts(record):
        for quoted in _QUOTED.findall(text) if any(mark in text for mark in "“‘\"") else ():
            number = len("".join(quoted).split())
            if number > MOST_QUOTED_WORDS:
                found.add(kind, slug, path, f"It quotes {number} words, and {MOST_QUOTED_WORDS} are the most. Say the rest in our own words.")


def _texts(record: Any, path: Path = ()) -> list[tuple[Path, str]]:
    """Our own sentences in a record."""
    held = [((*path, name), value) for name in TEXTS if isinstance(value := getattr(record, name, None), str)]
    if isinstance(value := getattr(record, "value", None), tuple):
        held += [((*path, "value", number), text) for number, text in enumerate(value)]
    if isinstance(record, System | Body):
        for key, claim in record.claims.items():
            held += _texts(claim, (*path, "claims", key))
    for name in ("answers", "uses", "figures"):
        for key, part in (getattr(record, name, None) or {}).items():
            held += _texts(part, (*path, name, key))
    for number, side in enumerate(getattr(record, "sides", ())):
        held += _texts(side, (*path, "sides", number))
    return held
