"""docs/systems/: a page for every rebuilt system, written from its card and from its trial on the made-up town or on made-up people.

Write all anew with `python -m evenhand.study.systems_page docs/systems`; name systems to run only those, or give `--cards` to run
none and write the pages again from the trials kept in measured.json.

Steps, in order:  trial (system_trials.py, person_trials.py) -> measured.json and a picture -> page_of, from card and trial -> index_of
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..report.page import FIDELITY
from ..report.square_map import square_map
from ..systems.catalogue import system_named, systems
from . import person_page
from .person_trials import PersonTrial, person_trial
from .system_trials import Maps, Trial, said, trial
from .system_usage import how_to_use

if TYPE_CHECKING:
    from types import ModuleType

    from ..systems.card import Card, Reading

MEASURED = "measured.json"
COUNT = "count-map"
MARKS = {
    "guessed": "**Guessed**: the choice is ours",
    "recalled": "**Recalled**: from the literature, not re-read",
    "known": "**Known**: the default is published, the alternatives are ours",
}
ON_A_MAP = (
    "Each choice by itself, all else at its default, in the made-up town: the share of the ground flagged by default that is still flagged. "
    "It tells which guesses can move a map; in your place, `evenhand study run` sweeps them all."
)
ON_THE_PAGE = {
    "CARD.readings": "[what is guessed](#what-is-guessed-and-what-the-guess-changes)",
    "CARD.not_rebuilt": "[what is not rebuilt](#what-is-not-rebuilt)",
}
"""Parts of the card that a module's words point to, and where they stand on its page."""
INDEX = """\
# Rebuilt systems

A page each: what it is, what is known of it, what is guessed, what the guess changes, and how to run it. Written from the cards in
`evenhand/systems/` and from a run on the [made-up town](../../studies/made-up-town/README.md) or on [made-up people](../made-up-people.md), whose truth
is known. `evenhand systems show SLUG` says the same at a terminal.

A rebuilding is not the operator's own system. Fidelity says how near it comes: `exact`, the published method, all of it; `close`, the method,
some settings assumed; `shape`, the idea only.

## Systems that score places

| system | fidelity | learns from | guesses | beside a plain count |
|---|---|---|---|---|
"""
INDEX_END = """
The last column is the share of the ground a system flags in the made-up town that a plain count of the same kinds of crime flags too. In a real
place that share is another; a study's report gives it.

## Systems that score people

They are run on made-up people, none of whom exists. What they do to real people, only those who use them can say; the
[rails](../made-up-people.md) of this project keep it from being done here.

| system | fidelity | learns from | guesses | flagged, of made-up people |
|---|---|---|---|---|
"""


def page_of(module: ModuleType, trial: Trial | PersonTrial | None) -> str:
    """A system's page, as Markdown.

    Args:
        module: the system's module.
        trial: its run on the made-up town or on made-up people; None where there was none yet.
    """
    card: Card = module.CARD
    said_of_it = parts_of(module.__doc__ or "")
    lines = [f"# {card.title}", "", said_of_it["idea"], "", *_at_a_glance(card), "", *_picture(card, trial)]
    lines += ["## What it does", "", *said_of_it["more"], ""]
    lines += ["## What is known", "", *(_bullets(card.known) or ["Its card cites no published account of it beyond its sources."]), ""]
    lines += ["## What is guessed, and what the guess changes", "", *_guesses(card, trial)]
    lines += ["## What is not rebuilt", "", *(_bullets(card.not_rebuilt) or ["Nothing is left out."]), ""]
    lines += ["## What it reads", "", *_reads(card), ""]
    lines += ["## How to use it", "", *how_to_use(module), ""]
    lines += ["## Sources", "", *_sources(card), ""]
    file = module.__name__.rsplit(".", 1)[1]
    lines += [f"Code: [`evenhand/systems/{file}.py`](../../evenhand/systems/{file}.py). Card to be reviewed by {card.next_review or 'nobody yet'}."]
    return "\n".join(lines).rstrip() + "\n"


def index_of(trials: dict[str, Trial | PersonTrial]) -> str:
    """The list of all systems, as Markdown."""
    rows: dict[str, list[str]] = {"place": [], "person": []}
    for slug, module in systems().items():
        card = module.CARD
        guessed = sum(reading.mark != "known" for reading in card.readings)
        last = _in_index(card, trials.get(slug))
        rows[card.kind].append(f"| [{card.title}]({slug}.md) | {card.fidelity} | {card.learns_from} | {guessed} of {len(card.readings)} | {last} |")
    return INDEX + "\n".join(rows["place"]) + "\n" + INDEX_END + "\n".join(rows["person"]) + "\n"


def _in_index(card: Card, found: Trial | PersonTrial | None) -> str:
    """The last column: what a run shows in short."""
    if card.slug == COUNT:
        return "it is the count"
    if found is None or found.why_not:
        return "not run there"
    if isinstance(found, PersonTrial):
        return f"{found.flagged:,} of {found.people:,}"
    return f"{100 * found.with_count_map:.0f} %"


def parts_of(docstring: str) -> dict[str, Any]:
    r"""A module's words: its idea, which is the first paragraph, and the others, each on one line.

    Example:
        >>> parts_of("Idea.\n\nMore of\nit.\n\nSteps, in order:  a -> b\n\nSource: Who.")
        {'idea': 'Idea.', 'more': ['More of it.', '', '*Steps, in order:* `a -> b`']}
    """
    for part, there in ON_THE_PAGE.items():
        docstring = docstring.replace(part, there)
    paragraphs = [" ".join(one.split()) for one in docstring.strip().split("\n\n")]
    told = [_told(paragraph) for paragraph in paragraphs[1:] if not paragraph.startswith("Source:")]
    more = [line for paragraph in told for line in ("", paragraph)][1:]
    return {"idea": paragraphs[0], "more": more}


def _told(paragraph: str) -> str:
    """A paragraph of a module, with its steps and its caution set off."""
    start, _, rest = paragraph.partition(":")
    if start == "Steps, in order":
        steps, semicolon, then = rest.partition(";")
        return f"*{start}:* `{steps.strip()}`{semicolon}{then}"
    return f"*{start}:*{rest}" if start == "Read with care" else paragraph


def _at_a_glance(card: Card) -> list[str]:
    return [
        "| | |",
        "|---|---|",
        f"| stands for | {', '.join(f'`{one}`' for one in card.operators) or 'no operator: it is here for comparison or for teaching'} |",
        f"| learns from | {card.learns_from} |",
        f"| flags | {card.flags} |",
        f"| looks ahead | {card.horizon} |",
        f"| fidelity | {FIDELITY[card.fidelity]} |",
    ]


def _picture(card: Card, found: Trial | PersonTrial | None) -> list[str]:
    """The picture with what it shows, or why there is none."""
    if card.kind == "person":
        assert not isinstance(found, Trial)
        return person_page.picture_lines(card, found)
    assert not isinstance(found, PersonTrial)
    if found is None:
        return ["It has not been run on the made-up town yet, so nothing is measured here.", ""]
    if found.why_not:
        return [f"It could not be run on the made-up town: {found.why_not}.", ""]
    beside = "" if card.slug == COUNT else f" A plain count of the same kinds of crime flags {100 * found.with_count_map:.0f} % of that ground too."
    tied = f" {found.tied:,} further squares score as high as the last one flagged: there the rule for ties decided." if found.tied else ""
    drawn = " Days were drawn by lot, since the town's records, like those published, have months only." if found.days_drawn else ""
    return [
        f"![Squares that {card.title} and a plain count flag in a made-up town]({card.slug}.svg)",
        "",
        f"With its defaults, in the [made-up town](../../studies/made-up-town/README.md): {found.flagged:,} of {found.squares:,} squares of "
        f"{found.cell_m:g} m flagged.{beside} Of the twenty squares where most violence was planted, {100 * found.of_planted:.0f} % of the ground is "
        f"flagged; of the ten squares that are watched although no crime is recorded there, {100 * found.of_watched:.0f} %.{tied}{drawn}",
        "",
    ]


def _guesses(card: Card, found: Trial | PersonTrial | None) -> list[str]:
    """Every reading with its choices, those first that move the map most; then the tables that may be left out."""
    if not card.readings:
        return ["Nothing: its card has no readings.", ""]
    lines = []
    if found is not None and not found.why_not:
        says = person_page.choice_lines(found) if isinstance(found, PersonTrial) else ON_A_MAP
        lines = [says, "", *_most_moved(found)]
    for reading in card.readings:
        sizes = found.sizes.get(reading.setting) if isinstance(found, PersonTrial) else None
        lines += _one_guess(reading, None if found is None or found.why_not else found.stays.get(reading.setting), sizes)
    for one in card.also_reads:
        stays = {} if found is None else found.stays.get(f"without {one.table}", {})
        lines += [f"### without `{one.table}`", "", f"It may be left out. Still flagged then: {_share(stays['left out'])}.", ""] if stays else []
    return lines


def _most_moved(found: Trial | PersonTrial) -> list[str]:
    lowest = {setting: min((share for share in choices.values() if isinstance(share, float)), default=1.0) for setting, choices in found.stays.items()}
    moved = sorted((share, setting) for setting, share in lowest.items() if share < 1)[:3]
    if not moved:
        return ["No choice moves anything there.", ""]
    return [f"Most is moved by {', '.join(f'`{setting}` (down to {_share(share)})' for share, setting in moved)}.", ""]


def _one_guess(reading: Reading, stays: dict[str, float | str] | None, sizes: dict[str, int] | None = None) -> list[str]:
    lines = [
        f"### `{reading.setting}`",
        "",
        f"{reading.question} {MARKS[reading.mark]}. Default: **{said(reading.default, reading.unit)}**, because: {reading.because}. "
        f"It changes: {reading.changes}.",
        "",
    ]
    others = [said(choice, reading.unit) for choice in reading.choices if choice != reading.default]
    if stays is None:
        return [*lines, f"Other choices: {'; '.join(others) or 'none'}. They were not tried.", ""]
    table = [f"| {choice} | {_share(stays[choice]) if choice in stays else 'not measured'} |" for choice in others]
    if sizes is None:
        return [*lines, "| choice | still flagged |", "|---|---|", *table, ""]
    table = [f"{row} {f'{sizes[choice]:,}' if choice in sizes else 'none'} |" for row, choice in zip(table, others, strict=True)]
    return [*lines, "| choice | still flagged | flagged then |", "|---|---|---|", *table, ""]


def _share(share: float | str) -> str:
    return f"cannot be run there: {share}" if isinstance(share, str) else f"{100 * share:.0f} %"


def _reads(card: Card) -> list[str]:
    lines = ["| table | columns | needed | for |", "|---|---|---|---|"]
    first = "recorded_crime" if card.kind == "place" else "person_records"
    lines.append(f"| `{first}` | {', '.join(f'`{name}`' for name in card.columns)} | yes | {card.learns_from} |")
    for one in card.also_reads:
        lines.append(f"| `{one.table}` | {', '.join(f'`{name}`' for name in one.columns)} | {'yes' if one.is_needed else 'no'} | {one.says} |")
    return lines


def _sources(card: Card) -> list[str]:
    lines = []
    for one in card.sources:
        link = f" [doi:{one.doi}](https://doi.org/{one.doi})" if one.doi else f" [{one.url}]({one.url})" if one.url else ""
        lines.append(f"- {one.text}.{link}{'' if one.mark == 'known' else f' ({one.mark}, not re-read)'}")
    return lines


def _bullets(lines: tuple[str, ...]) -> list[str]:
    return [f"- {line[:1].upper()}{line[1:]}" for line in lines]


def read_trials(folder: Path) -> dict[str, Trial | PersonTrial]:
    """The trials kept beside the pages, by slug; none where nothing was measured yet."""
    file = folder / MEASURED
    kept = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return {slug: PersonTrial(**one) if "people" in one else Trial(**one) for slug, one in kept.items()}


def write_pages(folder: Path, trials: dict[str, Trial | PersonTrial]) -> None:
    """Write every page, the index and the trials they rest on."""
    folder.mkdir(parents=True, exist_ok=True)
    for slug, module in systems().items():
        (folder / f"{slug}.md").write_text(page_of(module, trials.get(slug)), encoding="utf-8")
    (folder / "README.md").write_text(index_of(trials), encoding="utf-8")
    kept = {slug: dataclasses.asdict(trials[slug]) for slug in systems() if slug in trials}
    (folder / MEASURED).write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def picture_of(card: Card, found: Trial, drawn: Maps) -> str:
    """The map of one trial, as an SVG file's text."""
    return square_map(
        drawn.areas,
        drawn.squares,
        drawn.counted,
        title=f"Squares that {card.title} and a plain count flag in a made-up town",
        description=f"{100 * found.with_count_map:.0f} % of the ground that the system flags is flagged by a plain count of the same kinds of crime too.",
        names=("this system", "a plain count"),
        notes=("Nowhere-on-Sea, which does not exist", f"{found.flagged:,} of {found.squares:,} squares of {found.cell_m:g} m"),
    )


def _tried(card: Card) -> tuple[Trial | PersonTrial, str]:
    """A system's trial and its picture; no picture where it could not be run."""
    if card.kind == "person":
        found = person_trial(card.slug)
        return found, "" if found.why_not else person_page.picture_of(card, found)
    on_map, drawn = trial(card.slug)
    return on_map, "" if drawn is None else picture_of(card, on_map, drawn)


def main(words: list[str]) -> None:
    """Measure the systems named, or all, and write the pages."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("slugs", nargs="*", help="systems to run; left out: all")
    asked.add_argument("--cards", action="store_true", help="run none, and write the pages from the trials kept")
    given = asked.parse_args(words)
    trials = read_trials(given.folder)
    given.folder.mkdir(parents=True, exist_ok=True)
    for slug in [] if given.cards else given.slugs or list(systems()):
        sys.stderr.write(f"running {slug} on the made-up {'town' if system_named(slug).CARD.kind == 'place' else 'people'}\n")
        card = system_named(slug).CARD
        picture = given.folder / f"{card.slug}.svg"
        picture.unlink(missing_ok=True)
        trials[card.slug], drawn = _tried(card)
        if drawn:
            picture.write_text(drawn, encoding="utf-8")
    write_pages(given.folder, trials)


if __name__ == "__main__":
    main(sys.argv[1:])
