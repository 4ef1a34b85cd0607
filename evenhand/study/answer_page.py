"""An answered question as a document: the figures first drawn, then listed, with everything they rest on."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..report.document import Document, Part
from ..report.measures import measure_of, told_apart
from ..report.numbers import with_interval
from ..report.plain_pictures import forests
from ..report.words import KeyFigure, Sentence

if TYPE_CHECKING:
    from ..tables.findings import Finding
    from .asking import Asking

FIGURES_SHOWN = 4
STANDING = (
    "Recorded crime, stops and outcomes are what was recorded: they are shaped by who reports, where police look and what is written down.",
    "An interval is what chance alone could plausibly do to a figure; it does not cover mistakes or gaps in the records.",
    "A difference between groups does not by itself say why it is there.",
)


def document_of(asking: Asking) -> Document:
    """Everything a page about an answered question shows."""
    question, answer, asked = asking.question, asking.answer, asking.asked
    pictures = answer.pictures or forests(answer.findings)
    title = question.name.replace("-", " ").capitalize()
    return Document(
        slug=question.name,
        title=f"{title}: {asked.place}" if asked.place != "place not stated" else title,
        question=question.asks,
        facts=(("Place", asked.place), ("Period", asked.period), ("Data", asked.source)),
        answer=_answer(answer.findings),
        key_figures=key_figures(answer.findings),
        standing=STANDING,
        parts=(Part("figures", "The figures", question.says, pictures, answer.findings, refused=answer.refused),),
        findings=answer.findings,
        health=tuple(asked.health.values()),
        refused=answer.refused,
        sources=asking.sources,
        limits=("The tables were given by whoever ran this; Evenhand has checked their shape, not where they come from.",),
        settings=dict(asked.settings),
        manifest=manifest_of(asking),
        kind="audit",
    )


def _answer(findings: tuple[Finding, ...]) -> tuple[Sentence, ...]:
    """The first figure that could be given as the lead; a warning first if it hangs on a guess."""
    main = next((finding for finding in findings if finding.value is not None), None)
    if main is None:
        return (Sentence("None of the figures asked for could be given; the reasons stand with each below.", topic="lead"),)
    said = []
    readings = main.settings.get("readings") or {}
    if readings.get("survives") is False:
        said.append(Sentence(f"This conclusion depends on a choice. {readings['says']}", (main,), "guess"))
    whom = f" ({main.group} beside {main.reference})" if main.group and main.reference else f" ({main.group})" if main.group else ""
    said.append(Sentence(f"{measure_of(main).title}{whom}: {with_interval(main)}.", (main,), "lead"))
    return tuple(said)


def key_figures(findings: tuple[Finding, ...]) -> tuple[KeyFigure, ...]:
    """The first figures of different measures that could be given, large."""
    from ..report.numbers import denominator_of, interval_of, level_of, value_of

    first: dict[str, tuple[Finding, str]] = {}
    for finding, apart in zip(findings, told_apart(findings), strict=True):
        if finding.value is not None:
            first.setdefault(finding.measure, (finding, apart))
    shown = list(first.values())[:FIGURES_SHOWN]
    return tuple(
        KeyFigure(
            f"{measure_of(f).title}{f', {f.group}' if f.group else ''}{f' ({apart})' if apart else ''}",
            value_of(f),
            f"{level_of(f)} interval {interval_of(f)}".strip() if f.low is not None or f.high is not None else "no interval: see how it is computed",
            f"of {denominator_of(f)}" if f.n is not None else "",
            f"beside {f.reference}" if f.reference else "",
            f,
        )
        for f, apart in shown
    )


def manifest_of(asking: Asking) -> dict[str, Any]:
    """What is needed to ask again and get the same figures."""
    asked = asking.asked
    return {
        "audit": asking.question.name,
        "evenhand": __version__,
        "python": platform.python_version(),
        "seed": asked.seed,
        "replicates": asked.replicates,
        "level": asked.level,
        "settings": dict(asked.settings),
        "inputs": [{"table": used.table, "files": list(used.files), "sha256": list(used.sha256), "rows": used.rows} for used in asking.sources],
    }
