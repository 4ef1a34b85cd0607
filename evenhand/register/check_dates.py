"""Do dates run forward, and does nobody know of a thing before it was so?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from .dates import earliest, in_words, latest
from .subjects import ORDER, Body, System
from .walking import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .found import Found
    from .register import Register
    from .subjects import Status, Use
    from .walking import Path

OLDEST = 1700
"""An earlier year is likely a slip."""
RESTS = ("paused", "stopped", "replaced")


def check_dates(register: Register, found: Found) -> None:
    """Status over time, dates against the sources they rest on, and requests against their answers."""
    for slug, source in register.sources.items():
        if earliest(source.date) > (latest(source.read_on) or date.max):
            says = f"It was read on {in_words(source.read_on)}, before it came out ({in_words(source.date)}). Mend one."
            found.add("sources", slug, ("read_on",), says)
        if earliest(source.read_on) > date.today():
            found.add("sources", slug, ("read_on",), f"{in_words(source.read_on)} has not come yet. Mend the date.")
    for kind, slug, record in records(register):
        for path, when, evidence, is_told in _dates(record):
            _check_date(kind, slug, path, when, evidence, is_told, register, found)
        if isinstance(record, System):
            for body, use in record.uses.items():
                _check_status(slug, body, use, found)
        if isinstance(record, Body):
            for key, answer in record.answers.items():
                _check_request(kind, slug, ("answers", key, "answered_on"), answer.asked_on, answer.answered_on, found)
    for slug, refusal in register.refusals.items():
        _check_request("refusals", slug, ("refused_on",), refusal.asked_on, refusal.refused_on, found)


def _dates(record: Any) -> Iterator[tuple[Path, str, Iterable[Any], bool]]:
    """Dates of a record, the evidence they rest on, and whether they are told as having been so (and not of a law or a plan)."""
    if isinstance(record, System):
        for body, use in record.uses.items():
            for number, status in enumerate(use.status):
                if status.on:
                    yield ("uses", body, "status", number, "on"), status.on, status.evidence, status.state != "announced"
    if isinstance(record, System | Body):
        for key, claim in record.claims.items():
            if claim.as_of:
                yield ("claims", key, "as_of"), claim.as_of, claim.evidence, False
            if claim.said_on:
                yield ("claims", key, "said_on"), claim.said_on, claim.evidence, True
    if isinstance(record, Body):
        for key, answer in record.answers.items():
            for name in ("asked_on", "answered_on"):
                if when := getattr(answer, name):
                    yield ("answers", key, name), when, answer.evidence, True
    for number, side in enumerate(getattr(record, "sides", ())):
        if side.said_on:
            yield ("sides", number, "said_on"), side.said_on, side.evidence, True
    for name, is_told in (("as_of", False), ("asked_on", True), ("refused_on", True), ("period", False)):
        if when := getattr(record, name, None):
            yield (name,), when, record.evidence, is_told


def _check_date(kind: str, slug: str, path: Path, when: str, evidence: Iterable[Any], is_told: bool, register: Register, found: Found) -> None:
    """A date against the day its sources came out, and the oldest that is likely."""
    begins = earliest(when)
    if begins.year < OLDEST:
        found.advise(kind, slug, path, f"{in_words(when)} is long ago. Is the year right?")
    sources = [register.sources[one.source] for one in evidence if one.source in register.sources]
    if not sources:
        return
    # Dates of a document not read yet cannot be known from it; the latest of several sources tells.
    newest = max(sources, key=lambda source: latest(source.date) or date.max)
    came_out = latest(newest.date) or date.max
    if begins <= came_out:
        return
    if is_told:
        found.add(kind, slug, path, f"{in_words(when)} is after {newest.cite_as} came out ({in_words(newest.date)}), which tells it as past. Mend the date.")
    else:
        found.advise(kind, slug, path, f"{in_words(when)} is after {newest.cite_as} came out ({in_words(newest.date)}). If it is a plan, say so in `caveat`.")


def _check_status(slug: str, body: str, use: Use, found: Found) -> None:
    """Steps run forward in time, and none goes back in the order of things without a rest or a reason."""
    before: Status | None = None
    for number, step in enumerate(use.status):
        path = ("uses", body, "status", number)
        if before and before.on and step.on and (latest(step.on) or date.max) < earliest(before.on):
            says = f"It became {step.state} in {in_words(step.on)}, before the step above it ({in_words(before.on)}). List the steps oldest first."
            found.add("systems", slug, (*path, "on"), says)
        if before and before.state == step.state and not step.says:
            found.advise("systems", slug, path, f"Two steps after another are `{step.state}`. Leave one out, or say in `says` what changed.")
        if before and step.state in ORDER and before.state in ORDER and ORDER.index(step.state) < ORDER.index(before.state) and not step.says:
            says = f"`{step.state}` cannot follow `{before.state}` unless {' or '.join(RESTS)} stands between. Add that step, or tell why in `says`."
            found.add("systems", slug, (*path, "state"), says)
        before = step


def _check_request(kind: str, slug: str, path: Path, asked: str | None, answered: str | None, found: Found) -> None:
    if asked and answered and (latest(answered) or date.max) < earliest(asked):
        found.add(kind, slug, path, f"It was answered in {in_words(answered)}, before it was asked ({in_words(asked)}). Mend one of the two.")
