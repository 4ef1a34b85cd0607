"""Studies of replays: a study of questions whose report shows the cards of the systems replayed, with every assumption in them.

Declared, read and run as any study of questions (questioned.py); `kind: replay` adds the cards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from . import questioned
from .saying import find

if TYPE_CHECKING:
    from ..report.document import Document
    from ..report.words import Sentence
    from ..tables.health import HealthReport
    from .question import Tell


class Study(questioned.Study):
    """A declared study of a replay."""

    kind: Literal["replay"] = Field(default="replay", description="What is studied: places, questions, replay, comparison or people.")  # type: ignore[assignment]

    @model_validator(mode="after")
    def _replays_first(self) -> Study:
        if next(iter(self.asks)) != "replay":
            raise ValueError("a study of kind replay asks the question `replay` first")
        return self


def check(study: Study, tell: Tell) -> list[HealthReport]:
    """Read all that a study needs, without running it; see questioned.check."""
    return questioned.check(study, tell)


def run(study: Study, tell: Tell) -> Document:
    """Run a study from its tables to its document; see questioned.run."""
    from ..systems.catalogue import system_named
    from .questions.replay import QUESTION

    document = questioned.run(study, tell)
    asked = {**QUESTION.defaults, **study.asks["replay"]}
    cards = tuple((what, system_named(asked[name]).CARD) for what, name in (("The system", "system"), ("The plain baseline", "baseline")))
    return replace(document, cards=cards, answer=(*document.answer, *_over_readings(study, document)))


def _over_readings(study: Study, document: Document) -> tuple[Sentence, ...]:
    """How far the swept figure goes, in a sentence of its own: which side of nothing a tiny difference lies on is not what matters."""
    from ..report.measures import measure_of
    from ..report.numbers import HARD, figure, unit_of
    from ..report.words import Sentence

    main = find(study.swept, document.findings) if study.swept is not None else None
    readings = (main.settings.get("readings") or {}) if main is not None else {}
    if main is None or readings.get("low") is None:
        return ()
    low, high = (figure(readings[end], unit_of(main), like=0.01) for end in ("low", "high"))
    low = low.removesuffix(f"{HARD}percentage points")
    group, reference = (document.names.get(name or "", name or "") for name in (main.group, main.reference))
    whom = f" for {group}" + (f" beside {reference}" if reference else "")
    says = f"Over {readings['n_readings']} ways to read what is not public, “{measure_of(main).title}”{whom} runs from {low} to {high}."
    return (Sentence(says, (main,), "What the choices change"),)
