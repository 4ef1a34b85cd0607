"""`evenhand redress`: what it says, in which words, and with which exit code."""

from __future__ import annotations

import json

import pytest

from tests.study.conftest import evenhand  # noqa: F401  # a fixture

ACCESS = ("redress", "deadline", "dp-access-p3", "--event", "2026-06-30", "--nation", "england")


def test_a_deadline_is_told_in_full_twice_with_its_reasons_and_what_is_not_checked(evenhand):  # noqa: F811
    told = " ".join(evenhand(*ACCESS).out.split())
    for part in (
        "Hope for it by Thursday 30 July 2026.",
        "not come by the end of Monday 3 August 2026",
        "Saturday 1 August 2026 is no working day: Saturday.",
        "section 54(1) to (3) of the Data Protection Act 2018",
        "Not yet checked by a lawyer.",
        "How is a month counted in a data protection request?",
    ):
        assert part in told


def test_a_pause_a_later_proof_and_longer_time_are_counted(evenhand):  # noqa: F811
    told = evenhand(*ACCESS, "--received", "2026-07-10", "--pause", "2026-07-13/2026-07-16", "--told-longer", "2026-07-20", "--json").out
    [one] = json.loads(told)
    assert (one["started_by"], one["due_strict"], one["overdue_certain"]) == ("identity-received", "2026-10-14", "2026-10-15")


def test_one_date_where_all_ways_agree(evenhand):  # noqa: F811
    assert "Due by the end of Tuesday 30 June 2026, by every way of counting." in evenhand("redress", "deadline", "foi-request", "--event", "2026-06-01").out


def test_an_event_may_be_named_and_a_clock_chosen(evenhand):  # noqa: F811
    told = evenhand("redress", "deadline", "foisa-review", "--event", "reply-due=2026-06-30", "--clock", "ask-after-silence", "--json").out
    assert [one["due"] for one in json.loads(told)] == ["2026-08-26"]


def test_where_the_law_names_no_period_there_is_no_date(evenhand):  # noqa: F811
    told = evenhand("redress", "deadline", "dp-adm-p3", "--event", "2026-06-01").out
    assert "The law names no number of days here: no fixed period in the Act." in told


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["deadline", "dp-access", "--event", "2026-06-30"], "The nearest is 'dp-access-"),
        (["deadline", "hra", "--event", "30 June 2026"], "must be a day in full"),
        (["deadline", "hra"], "Missing option '--event'"),
        (["deadline", "chase", "--event", "2026-06-30"], "has no clock"),
        (["deadline", "dp-access-p3", "--event", "2026-06-30", "--pause", "2026-07-05/2026-07-01"], "ends before it begins"),
        (["remedies", "show", "dp-adm-p3", "--on", "2026-02-04"], "look at dp-adm-p3-old"),
        (["remedies", "list", "--on", "yesterday"], "must be a day in full"),
        (["schema", "laws"], "Choose one of provisions"),
        (["check", "--law", "nowhere"], "must be mended"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_and_leaves_with_2(words, says, evenhand, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.chdir(tmp_path)
    told = evenhand("redress", *words)
    assert told.code == 2
    assert says in told.err
    assert "Traceback" not in told.err


def test_the_law_that_ships_is_sound_and_says_that_no_lawyer_has_checked_it(evenhand):  # noqa: F811
    told = evenhand("redress", "check")
    assert (told.code, "no problems" in told.out, "not yet checked by a lawyer" in told.out) == (0, True, True)
    assert json.loads(evenhand("redress", "check", "--json").out) == []


def test_remedies_are_listed_by_nation_and_day(evenhand):  # noqa: F811
    scots = {one["id"] for one in json.loads(evenhand("redress", "remedies", "list", "--nation", "scotland", "--on", "2026-06-30", "--json").out)}
    assert {"foisa-request", "pol-pirc", "dp-adm-p3"} <= scots
    assert not {"foi-request", "pol-poni", "dp-adm-p3-old"} & scots
    assert "Not yet checked by a lawyer." in evenhand("redress", "remedies", "list").out


def test_a_remedy_is_shown_whole(evenhand):  # noqa: F811
    told = evenhand("redress", "remedies", "show", "dp-court-167", "--on", "2026-06-30").out
    parts = ("See a solicitor first.", "Who:", "To whom:", "Cost:", "What to say in it", "At the same time", "Where it ends:", "Rests on:", "Not yet checked")
    assert [part for part in parts if part not in told] == []
    assert json.loads(evenhand("redress", "remedies", "show", "dp-court-167", "--on", "2026-06-30", "--json").out)["solicitor"] == "needed"


def test_each_kind_of_record_says_what_it_holds(evenhand):  # noqa: F811
    assert "remedies" in evenhand("redress", "schema").out
    assert json.loads(evenhand("redress", "schema", "remedies").out)["properties"]["fee"]["description"]
