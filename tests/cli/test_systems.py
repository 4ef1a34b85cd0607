"""`evenhand systems`: the whole card, readable at any width, and as JSON."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from evenhand.cli.systems import MARKS
from evenhand.cli.systems import systems as command
from evenhand.systems.catalogue import systems

WIDTHS = (60, 80, 100, 300)


def told(*words: str, columns: int = 80) -> str:
    result = CliRunner(env={"COLUMNS": str(columns)}).invoke(command, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def flat(text: str) -> str:
    """A text without its line breaks and indents."""
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("slug", systems())
def test_every_part_of_a_card_is_shown(slug):
    card, shown = systems()[slug].CARD, flat(told("show", slug))
    parts = [card.title, card.learns_from, card.flags, card.horizon, card.fidelity, *card.operators, *card.known, *card.not_rebuilt, *card.columns]
    parts += [part for one in card.also_reads for part in (one.table, one.says, *one.columns)]
    parts += [part for reading in card.readings for part in (reading.setting, reading.question, reading.because, reading.changes, MARKS[reading.mark])]
    parts += [part for source in card.sources for part in (source.text, source.doi or source.url)]
    assert [part for part in parts if flat(part) not in shown] == []
    assert shown.count("which may be left out") == sum(not one.is_needed for one in card.also_reads)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("slug", systems())
def test_no_line_is_wider_than_the_terminal_but_an_address_or_a_name(slug, columns):
    lines = [line for line in told("show", slug, columns=columns).splitlines() if len(line) > min(columns, 100)]
    assert [line for line in lines if " " in line.strip(" -") and not line.startswith(systems()[slug].CARD.title)] == []


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_list_names_every_system_and_fits(columns):
    listed = told("list", columns=columns)
    assert max(map(len, listed.splitlines())) <= min(columns, 100)
    starts = [line.split()[0] for line in listed.splitlines() if line and not line.startswith(" ")]
    assert [slug for slug in systems() if slug not in starts] == []
    assert "Crime atlas (Guerry and Balbi 1829). It reads recorded crime, needs residents; 3 of its 6 readings are guessed or recalled." in flat(listed)
    assert "1 of its 1 readings is guessed or recalled." in flat(listed)


@pytest.mark.parametrize("slug", systems())
def test_a_card_as_json_holds_all_of_it(slug):
    card, given = systems()[slug].CARD, json.loads(told("show", slug, "--json"))
    assert given["known"] == list(card.known)
    assert [(one["table"], one["is_needed"]) for one in given["also_reads"]] == [(one.table, one.is_needed) for one in card.also_reads]
    assert [(one["setting"], one["mark"], len(one["choices"])) for one in given["readings"]] == [(r.setting, r.mark, len(r.choices)) for r in card.readings]
    assert set(given) == set(card.__dataclass_fields__)


def test_the_list_as_json_counts_the_guesses():
    given = {one["slug"]: one for one in json.loads(told("list", "--json"))}
    assert list(given) == list(systems())
    assert given["crime-atlas"]["also_reads"] == {"residents": "needed"}
    assert (given["crime-atlas"]["guessed_or_recalled"], given["crime-atlas"]["readings"]) == (3, 6)
