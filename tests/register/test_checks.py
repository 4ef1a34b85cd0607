"""Records are held against each other, and everything that does not fit is told in one run, at its line, with what to do."""

from __future__ import annotations

import pytest

from evenhand.audit.published import KINDS as ARITHMETIC
from evenhand.register.check_figures import KINDS, read_printed
from evenhand.register.checks import check
from evenhand.register.found import MOST_GUESSES
from tests.register.made_up import AT, files, register, said


def test_a_register_that_fits_together_has_no_problem():
    assert said(files(), level=None) == []


def changed(name: str, *path, to) -> dict:
    """The made-up files with one value changed; `...` takes it out."""
    held = files()
    place = held[name]
    for step in path[:-1]:
        place = place[step]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return held


BALL, FORCE, STATISTIC, FLOW = "systems/crystal-ball", "bodies/northshire-police", "statistics/people-by-group", "flows/ball-to-prisons"
USE = ("uses", "northshire-police", "status")
MISSING = {
    "a user": ((BALL, "makers", 0, "body"), "watchmen", "There is no body `watchmen`. The nearest is `watchers`. Mend the slug, or write bodies/watchmen.yml."),
    "a system related to": ((BALL, "related", 0, "to"), "zzz", "There is no system `zzz`. Mend the slug, or write systems/zzz.yml."),
    "a property": ((BALL, "claims", "purpose", "property"), "porpoise", "There is no property `porpoise`. The nearest is `purpose`."),
    "a property of bodies": ((BALL, "claims", "purpose", "property"), "position", "`position` is said of a body, not of a system."),
    "who says so": ((BALL, "claims", "purpose", "said_by"), "nobody", "There is no body `nobody`."),
    "where": ((BALL, "claims", "people", "at"), "watchers", "`watchers` is not among the `uses` of this system."),
    "an earlier claim": ((BALL, "claims", "people", "supersedes"), "crystal-ball.folk", "There is no claim `crystal-ball.folk`."),
    "a source": ((BALL, "evidence"), {"source": "raport"}, "There is no source `raport`. The nearest is `report`."),
    "a section": ((BALL, "evidence"), AT | {"section": "1.12"}, "Report 2025 has no section `1.12`. The nearest is `1.2`. Its file lists them under `pages`."),
    "a note": ((BALL, "evidence"), AT | {"note": [7, 99]}, "Note 99 of report is not in records/notes."),
    "a note's source": (("notes/report", "source"), "raport", "There is no source `raport`."),
    "a publisher": (("sources/report", "publisher"), "nobody", "There is no body `nobody`."),
    "a body above": ((FORCE, "part_of"), "nobody", "There is no body `nobody`."),
    "who asked": ((FORCE, "answers", "foi-2023", "asked_by"), "nobody", "There is no body `nobody`."),
    "what was asked about": ((FORCE, "answers", "foi-2023", "about"), ["nothing"], "There is no system `nothing`."),
    "a statistic's subject": ((STATISTIC, "about"), ["nothing"], "There is no system or body `nothing`."),
    "a contradiction's subject": (("contradictions/predictive-or-not", "about"), ["crystal-ball", "nobody"], "There is no system or body `nobody`."),
    "a side's speaker": (("contradictions/predictive-or-not", "sides", 0, "said_by"), "nobody", "There is no body `nobody`."),
    "a refusal's body": (("refusals/no-weights", "by"), "nobody", "There is no body `nobody`."),
    "a refusal's system": (("refusals/no-weights", "about"), ["nothing"], "There is no system `nothing`."),
    "a flow's beginning": ((FLOW, "from", "system"), "nothing", "There is no system `nothing`."),
    "a flow's receiver": ((FLOW, "to", "body"), "nobody", "There is no body `nobody`."),
    "a requirement's addressee": (("requirements/publish", "to"), ["nobody"], "There is no body `nobody`."),
    "a requirement's property": (("requirements/publish", "properties"), ["nothing"], "There is no property `nothing`."),
    "a requirement above": (("requirements/publish", "part_of"), "nothing", "There is no requirement `nothing`."),
}


@pytest.mark.parametrize(("place", "to", "says"), MISSING.values(), ids=MISSING)
def test_what_is_named_must_be_there(place, to, says):
    name, *path = place
    found = said(changed(name, *path, to=to))
    assert any(line.startswith(f"{name}.yml:") and says in line for line in found), found


WRONG = {
    "`at` said of a body": ((FORCE, "claims", "uses", "at"), "watchers", "`at` is for claims of a system"),
    "a claim in its own place": ((BALL, "claims", "people", "supersedes"), "crystal-ball.people", "A claim cannot take its own place."),
    "a system related to itself": ((BALL, "related", 0, "to"), "crystal-ball", "in no relation to itself"),
    "a body that is part of itself": ((FORCE, "part_of"), "northshire-police", "a part of itself"),
    "an output to no body": ((FLOW, "to"), {"system": "street-map"}, "An output flow names the body that receives it"),
    "an input to no system": ((FLOW, "kind"), "input", "An input flow names the system that is fed"),
    "a flow in a ring": ((FLOW, "from"), {"body": "prison-service"}, "begins and ends in the same place"),
    "steps out of order": ((BALL, *USE, 1, "on"), "2018", "It became in-use in 2018, before the step above it (2019). List the steps oldest first."),
    "a step back": ((BALL, *USE, 1, "state"), "development", "`development` cannot follow `pilot` unless paused or stopped or replaced stands between"),
    "a status after its source": ((BALL, *USE, 1, "on"), "2025-06", "June 2025 is after Report 2025 came out (February 2025)"),
    "an answer before the question": ((FORCE, "answers", "foi-2023", "answered_on"), "2022", "answered in 2022, before it was asked (January 2023)"),
    "a refusal before the request": (("refusals/no-weights", "asked_on"), "2024", "answered in February 2023, before it was asked (2024)"),
    "a source read before it came out": (("sources/report", "read_on"), "2024-01-01", "It was read on 1 January 2024, before it came out"),
    "a source read in days to come": (("sources/report", "read_on"), "2190", "2190 has not come yet"),
    "a denial by nobody": ((BALL, "claims", "not-predictive", "said_by"), ..., "It is denied, so somebody answered: say who in `said_by`."),
    "parts that do not add up": ((STATISTIC, "figures", "all", "check", "parts"), ["413", "999"], "The parts 413 + 999 come to 1,412, and the whole is"),
    "an arithmetic nobody knows": ((STATISTIC, "figures", "all", "check", "kind"), "summ", "No arithmetic `summ` is known. The nearest is `sum`."),
    "an end below the beginning": ((STATISTIC, "figures", "all", "high"), 5, "`high` is lower than `value`"),
    "a title of two systems": (("systems/street-map", "title"), "Crystal-ball", "`crystal-ball` has the same title."),
    "a long quotation in our text": ((BALL, "summary"), "It “" + "so " * 11 + "it goes”.", "It quotes 13 words"),
    "another long quotation": ((BALL, "claims", "purpose", "value"), "It isn’t ‘" + "their’s " * 13 + "’.", "It quotes 13 words"),
}  # fmt: skip


@pytest.mark.parametrize(("place", "to", "says"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_told_with_what_to_do(place, to, says):
    name, *path = place
    found = said(changed(name, *path, to=to))
    assert len([line for line in found if says in line]) == 1, found
    assert all(line.startswith(f"{name}.yml:") for line in found), found


ADVICE = {
    "a date beyond the source": ((BALL, "claims", "people", "as_of"), "2026", "If it is a plan, say so in `caveat`"),
    "a date long ago": ((BALL, "claims", "people", "as_of"), "1624", "Is the year right?"),
    "the same step twice": ((BALL, *USE, 1, "state"), "pilot", "Two steps after another are `pilot`."),
    "a shared alias": (("systems/street-map", "aliases"), ["cb"], "`crystal-ball` is called `cb`, too."),
    "an alias that is the title": (("systems/street-map", "aliases"), ["Street Map"], "stands here twice or is the title"),
    "a flow from elsewhere": ((FLOW, "from", "body"), "watchers", "`watchers` is not among the `uses` of crystal-ball."),
    "a side that somebody else says": (("contradictions/predictive-or-not", "sides", 0, "said_by"), "watchers", "The claim is said by `northshire-police`"),
    "a claim of another subject": (("contradictions/predictive-or-not", "about"), ["northshire-police"], "which `about` does not list"),
    "something withheld without a refusal": (("refusals/no-weights", "about"), [], None),
}


@pytest.mark.parametrize(("place", "to", "says"), ADVICE.values(), ids=ADVICE)
def test_what_may_be_a_slip_is_advice(place, to, says):
    name, *path = place
    held = changed(name, *path, to=to)
    assert said(held) == []
    found = said(held, level="advice")
    assert [line for line in found if ": advice: " in line] == found
    assert says is None or any(says in line for line in found), found


def test_a_reason_lets_a_system_go_back():
    assert said(changed(BALL, *USE, 1, to={"state": "development", "on": "2021", "says": "It was taken back to be mended.", "evidence": AT})) == []


def test_a_rest_lets_a_system_go_back():
    held = files()
    held[BALL]["uses"]["northshire-police"]["status"] += [
        {"state": "paused", "on": "2022", "evidence": AT}, {"state": "pilot", "on": "2023", "evidence": AT}, {"state": "stopped", "on": "2024", "evidence": AT},
    ]  # fmt: skip
    assert said(held, level=None) == []


def test_what_excludes_each_other_must_stand_in_a_contradiction():
    held = files()
    del held["contradictions/predictive-or-not"]["sides"][1]["claim"]
    (line,) = said(held)
    assert "`predictive` and `not-predictive` cannot both be so (northshire-police: denied; the source: stated)" in line
    assert "`claim: crystal-ball.not-predictive`, `claim: crystal-ball.predictive`" in line


@pytest.mark.parametrize(
    ("first", "second", "exclude"),
    [
        ({"value": True}, {"value": False}, True),
        ({"value": True}, {"value": True}, False),
        ({"value": False}, {"state": "denied", "says": "No.", "said_by": "watchers"}, False),
        ({"value": True}, {"state": "denied", "says": "No.", "said_by": "watchers"}, True),
        ({"value": True}, {"value": False, "as_of": "2020"}, False),
        ({"value": True}, {"value": False, "rank": "deprecated"}, False),
        ({"value": True}, {"state": "withheld", "says": "It would not say.", "said_by": "northshire-police"}, False),
    ],
)
def test_yes_and_no_of_one_place_and_time_exclude_each_other(first, second, exclude):
    held = files()
    claims = held[BALL]["claims"]
    for key, change in (("one", first), ("two", second)):
        claims[key] = {"property": "notification", "evidence": AT} | change
    assert bool(said(held)) is exclude


def test_a_claim_that_another_replaces_is_to_be_marked():
    held = changed(BALL, "claims", "people", "supersedes", to="crystal-ball.purpose")
    (line,) = said(held, level="advice")
    assert line.startswith(f"{BALL}.yml:")
    assert "Set `rank: deprecated` here." in line


def test_claims_that_replace_each_other_in_a_ring_are_told():
    held = files()
    held[BALL]["claims"]["people"]["supersedes"] = "crystal-ball.purpose"
    held[BALL]["claims"]["purpose"]["supersedes"] = "crystal-ball.people"
    assert len(said(held)) == 2


def test_a_sum_that_is_printed_wrong_needs_a_contradiction():
    held = changed(STATISTIC, "figures", "all", "check", "parts", to=["413", "999"])
    assert said(held)
    held["contradictions/predictive-or-not"]["kind"] = "numbers-differ"
    assert said(held) == []


@pytest.mark.parametrize(
    ("kind", "parts", "printed", "words", "is_wrong"),
    [
        ("sum", ["1.2m", "0.3m"], "1.5m", "", False),
        ("sum", ["1.2m", "0.3m"], "1.7m", "", True),
        ("sum", ["33.3 per cent", "66.6 per cent"], "100 per cent", "", False),
        ("sum", ["about 10", "5"], "99", "", False),
        ("sum", ["10", "5"], "99", "almost", False),
        ("sum", ["10 to 12", "5"], "99", "", False),
        ("all-parts", ["10", "5", "15"], "15", "", False),
        ("all-parts", ["10", "5", "16"], "16", "", True),
        ("percent", ["10", "5"], "99", "", False),
    ],
)
def test_sums_are_held_to_what_rounding_allows(kind, parts, printed, words, is_wrong):
    found = said(changed(STATISTIC, "figures", "all", "check", to={"kind": kind, "parts": parts, "printed": printed, "words": words}))
    assert bool(found) is is_wrong, found


@pytest.mark.parametrize(("text", "value", "half"), [("£2.7m", 2_700_000, 50_000), ("1,413", 1413, 0), ("12%", 12, 0.5), ("3 thousand", 3000, 500)])
def test_printed_figures_are_read_with_the_room_that_rounding_leaves(text, value, half):
    read = read_printed(text)
    assert (float(read.value), float(read.half)) == (value, half)


def test_the_arithmetic_known_here_is_what_the_checker_of_figures_computes():
    assert set(KINDS) == set(ARITHMETIC)


def test_a_dozen_words_are_counted_over_all_evidence_of_a_fact():
    held = files()
    held[BALL]["claims"]["purpose"]["evidence"] = [AT | {"words": "one two three four five six seven"}, AT | {"words": "one two three four five six"}]
    (line,) = said(held)
    assert "Its evidence quotes 13 words of report in all" in line


def test_a_slug_stands_for_one_thing():
    held = files()
    held["bodies/street-map"] = held["bodies/watchers"] | {"title": "Street Map Ltd"}
    assert any("`street-map` is a body, too" in line for line in said(held))


def test_an_area_is_one_forces():
    held = files()
    for slug in ("one-police", "two-police"):
        held[f"bodies/{slug}"] = held[FORCE] | {"title": slug, "aliases": [], "is_territorial": True, "area_code": "E23000001"}
    assert any("`one-police` has the area code E23000001, too." in line for line in said(held))


def test_the_records_that_ship_must_hold_every_force():
    problems = [str(problem) for problem in check(register(), is_whole=True)]
    assert problems == ["bodies/README.yml:1: 0 bodies are marked `is_territorial`, and there are 45 such forces. Add those that lack, or mend the mark."]


def test_what_nothing_speaks_of_is_advice():
    held = files()
    held["bodies/idle"] = held["bodies/watchers"] | {"title": "Idle"}
    held["sources/idle"] = held["sources/report"]
    found = said(held, level="advice")
    assert [line.split(":")[0] for line in found] == ["bodies/idle.yml", "sources/idle.yml"]


def test_a_contradicted_answer_has_its_contradiction():
    held = changed(FORCE, "answers", "foi-2023", "is_contradicted", to=True)
    assert said(held, level=None) == []
    held["contradictions/predictive-or-not"]["about"] = ["crystal-ball"]
    assert any("marked as contradicted" in line for line in said(held, level="advice"))


def test_every_offender_is_told_in_one_run():
    held = files()
    for number in range(MOST_GUESSES + 50):
        held[f"flows/flow-{number}"] = held[FLOW] | {"to": {"body": f"nobody-{number}"}}
    assert len(said(held)) == MOST_GUESSES + 50
