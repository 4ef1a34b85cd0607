"""The card of made-up people: what they are and are not, every parameter with its source, and how they compare with what is published.

    python -m evenhand.people.card > docs/made-up-people.md

Steps, in order:  short_card (for a report) | card_of (one scenario) | page (all of them, for the documentation)
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .parameter_list import GROUPS, SECTIONS
from .parameter_reading import described
from .parameters import read_parameters, scenario_slugs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .checks import Checked
    from .parameters import Parameters

SHOWN_FIGURES = Path(__file__).with_name("checked_figures.csv")
"""What each scenario showed when its figures were last counted; written by `python -m evenhand.people.recount`."""
MOST_SHOWN = 60
BASE = "england-and-wales"

ARE = (
    "Everybody in them is drawn by chance from tables: so many people of each age, sex and group in each district. Nobody exists.",
    "What they do is known, since it was drawn: who took part in which offence, who it was done to, and whether anybody heard of it.",
    "From that one truth come three tables: what was done, what is on record of it, and what a victim survey would find.",
    "What is on record is made by rules of telling, recording, naming, stopping, reporting and judging, each a parameter that can be changed alone.",
)
ARE_NOT = (
    "They are not the people of the places they are called after. Only margins are taken from there, such as how many there are of each group.",
    "They are no evidence of how much any group offends. That is put in; the base puts in that no group offends more than another at the same age and sex.",
    "They are no forecast. A rate that fits a published one shows that a parameter was set so.",
    "They are not calibrated where nothing is published: the marks below say where a value was guessed, and most were.",
)
CAN = (
    "Whether a rule, as published, lists people who did nothing of the kind, and how many, in a world of which that is known.",
    "Whether differences in who is stopped, named or reported on are enough to make a rule list one group more, with nobody doing more.",
    "How far an answer moves when what nobody publishes is set otherwise.",
    "What happens when those listed are watched more, cycle after cycle.",
)
CANNOT = (
    "Whom a real list holds, or how large a real gap is.",
    "Which of two worlds is ours, where both give the same records: that is what records cannot tell.",
    "Anything of people whom no parameter speaks of: visitors, the homeless, people with no household, people who move away.",
    "What a list does to those on it beyond what is simulated here: being watched more, and what is then recorded.",
)
MARKS = (
    "known: read in the source, or counted from published data. recalled: from the literature, not re-read. guessed: an assumption of ours. "
    "A parameter with several values has the mark of the least known of them."
)


def short_card(parameters: Parameters) -> str:
    """What a report must say of a scenario's people, in a few lines of Markdown.

    Example:
        >>> print(short_card(read_parameters("england-and-wales")).splitlines()[0])
        These people are made up: nobody in them exists.
    """
    marks = Counter(note.mark for note in parameters.notes.values())
    lines = [
        "These people are made up: nobody in them exists.",
        "",
        f"Scenario `{parameters.slug}`. {parameters.says}",
        "",
        f"Of its {sum(marks.values())} parameters {marks['known']} are known, {marks['recalled']} recalled and {marks['guessed']} guessed; "
        "the card of made-up people lists every one with its source.",
        "",
        f"What they can show: {_lowered(CAN[0])} {CAN[1]}",
        "",
        f"What they cannot: {_lowered(CANNOT[0])} {CANNOT[1]}",
    ]
    return "\n".join(lines) + "\n"


def card_of(parameters: Parameters, checked: Sequence[Checked] = ()) -> str:
    """The card of one scenario, in Markdown.

    Args:
        parameters: the scenario.
        checked: its figures beside the published ones, of `checks.published_rates`; none: those counted when it was last set are shown.
    """
    shown = [_line_of(one) for one in checked] if checked else _kept(parameters.slug)
    base = read_parameters(BASE) if parameters.overrides and parameters.slug in scenario_slugs() else None
    parts = [
        f"# {parameters.title}: made-up people",
        f"{parameters.says}\n\nScenario `{parameters.slug}`.",
        *_what_they_are(),
        _section("Published figures, and what these people show", _figures(shown)),
        _section("Parameters", MARKS + "\n\n" + _parameters(parameters, sorted(parameters.notes))),
    ]
    if base:
        said = f"Where it differs from `{BASE}`: {', '.join(f'`{name}`' for name in parameters.overrides)}."
        parts.insert(2, said)
    return "\n\n".join(parts) + "\n"


def page() -> str:
    """The page on all scenarios that ship, in Markdown: docs/made-up-people.md."""
    every = [read_parameters(slug) for slug in scenario_slugs()]
    base = next(one for one in every if one.slug == BASE)
    parts = [
        "# Made-up people",
        "Systems that score people are rebuilt and audited here on people who do not exist. This page says what they are made from. It is generated: "
        "`python -m evenhand.people.card > docs/made-up-people.md`.",
        *_what_they_are(),
        _section("Scenarios", _scenarios(every)),
        _section("How to make some", _how()),
        _section("Published figures, and what made-up people show", _all_figures(every)),
        _section(f"Parameters of `{BASE}`", MARKS + "\n\n" + _parameters(base, sorted(base.notes))),
        _section("Where the other scenarios differ", "\n\n".join(_differences(one) for one in every if one.slug != BASE)),
        _section("Attribution", _attribution()),
    ]
    return "\n\n".join(parts) + "\n"


def _what_they_are() -> list[str]:
    return [
        _section("What they are", _listed(ARE)),
        _section("What they are not", _listed(ARE_NOT)),
        _section("What can be shown with them", _listed(CAN)),
        _section("What cannot", _listed(CANNOT)),
    ]


def _scenarios(every: Sequence[Parameters]) -> str:
    rows = [(f"`{one.slug}`", one.says, "base" if not one.overrides else f"parameters that differ: {len(one.overrides)}") for one in every]
    return _table(("scenario", "what it is", "from the base"), rows)


def _how() -> str:
    return (
        "```\nevenhand people list\nevenhand people show london\nevenhand people make --scenario london --people 100000 --years 10 --out out/london\n"
        "evenhand people new my-place.yml\n```\n\n"
        "A file of one's own names a `base` and gives what differs; every value has a `source` and a `mark`. In Python: "
        '`make_people(read_parameters("london").changed({"stops.per_1000": {"Black": 12.7}}), people=100_000)`.'
    )


def _all_figures(every: Sequence[Parameters]) -> str:
    said = [
        "Counted in 200,000 people over the last five of ten years, seed 1. *met*: near enough, as the column says; *within chance*: the interval that "
        "chance allows reaches it. What is recalled or guessed is shown and decides nothing. Parameters were set with these figures in sight, so that "
        "they are met is no evidence that anything else is as in life."
    ]
    for one in every:
        lines = _kept(one.slug)
        if lines:
            said.append(f"### {one.title}\n\n{_summed(lines)}\n\n{_figures(lines)}")
    return "\n\n".join(said)


def _summed(lines: Sequence[dict[str, str]]) -> str:
    status = Counter(line["status"] for line in lines if line["mark"] == "known")
    good, missed = status["met"] + status["within chance"], status["not met"]
    few = f"; too few events to say: {status['too few']}" if status["too few"] else ""
    return f"Of {sum(status.values())} figures that were read in their sources {good} {_are(good)} met and {missed} {_are(missed)} not{few}."


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _figures(lines: Sequence[dict[str, str]]) -> str:
    if not lines:
        return "No published figure is of this scenario."
    rows = [
        (line["says"], f"{_short(line['published'])} ± {float(line['within']):.0%}", _seen(line),
         line["unit"], line["status"] + (f": {line['why']}" if line["why"] else ""), line["source"] + ("" if line["mark"] == "known" else f" ({line['mark']})"))
        for line in lines
    ]  # fmt: skip
    return _table(("what is counted", "published", "made-up people", "unit", "status", "source"), rows)


def _parameters(parameters: Parameters, names: Iterable[str]) -> str:
    by_section: dict[str, list[tuple[str, ...]]] = {section: [] for section in SECTIONS}
    for name in names:
        section, short = name.split(".")
        note = parameters.notes[name]
        value = getattr(getattr(parameters.values, section), short)
        by_section[section].append((f"`{short}`", described()[name], _value(name, value), note.mark, note.source + (f": {note.says}" if note.says else "")))
    return "\n\n".join(
        f"**{section}**\n\n{_table(('parameter', 'what it means', 'value', 'mark', 'source'), rows)}" for section, rows in by_section.items() if rows
    )


def _differences(one: Parameters) -> str:
    return f"### {one.title}\n\n{one.says}\n\n{_parameters(one, one.overrides)}"


def _value(name: str, value: Any) -> str:
    """A value in a cell of a table; what is too long for one is put in short."""
    if name == "population.areas":
        everybody = sum(sum(part.values()) for part in value.values())
        shares = ", ".join(f"{group} {sum(part[group] for part in value.values()) / everybody:.1%}" for group in GROUPS)
        return f"{len(value)} districts; together {shares}"
    if not isinstance(value, dict):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if not value:
        return "none"
    leaves = sum(len(part) if isinstance(part, dict) else 1 for part in value.values())
    if leaves > MOST_SHOWN:
        return f"{leaves} figures, in the scenario's file"
    if len(value) > 3 and all(part == next(iter(value.values())) for part in value.values()):
        return f"{_value(name + '.', next(iter(value.values())))} each"
    return "; ".join(f"{key}: {_value(name + '.', part)}" if isinstance(part, dict) else f"{key} {part:g}" for key, part in value.items())


def _kept(slug: str) -> list[dict[str, str]]:
    """The lines of a scenario among the figures that ship."""
    if not SHOWN_FIGURES.exists():
        return []
    with SHOWN_FIGURES.open(encoding="utf-8", newline="") as held:
        return [line for line in csv.DictReader(held) if line["scenario"] == slug]


def _line_of(one: Checked) -> dict[str, str]:
    figure, seen = one.figure, one.seen
    return {
        "says": figure.says, "published": repr(figure.value), "within": repr(figure.within), "seen": repr(seen.value), "low": repr(seen.low),
        "high": repr(seen.high), "unit": figure.unit, "status": one.status, "why": one.why, "source": figure.source.text, "mark": figure.source.mark,
    }  # fmt: skip


def _attribution() -> str:
    return (
        "Margins: Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
        "Stops and recorded crime: contains public sector information licensed under the Open Government Licence v3.0 (data.police.uk, Home Office)."
    )


def _seen(line: dict[str, str]) -> str:
    return f"{_short(line['seen'])} ({_short(line['low'])} to {_short(line['high'])})"


def _short(number: str) -> str:
    value = float(number)
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}"


def _listed(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {one}" for one in sentences)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def main() -> None:
    """Print the page."""
    import sys

    sys.stdout.write(page())


if __name__ == "__main__":
    main()
