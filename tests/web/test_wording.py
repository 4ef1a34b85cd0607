"""What pages say: who says so, what is not known, both sides of a contradiction, and no verdict."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.house.tree import none_of
from tests.web import page_checks


@pytest.fixture
def said(made_up_site):
    """A page's words, without its marks."""

    def words(path, *, of=None):
        page = (made_up_site / path).read_text(encoding="utf-8")
        if of:
            page = re.search(rf'<div class="claim[^"]*" id="{of}">.*?</div>', page, flags=re.DOTALL).group(0)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split()).replace(" ,", ",").replace(" .", ".").replace(" :", ":")

    return words


@pytest.mark.parametrize(
    ("modality", "says"),
    [
        ("states", "The Watchers reports:"),
        ("admits", "The Watchers admitted:"),
        ("denies", "Denial by The Watchers:"),
        ("refuses", "Refusal by The Watchers:"),
        ("alleges", "The Watchers alleges:"),
        ("finds", "The Watchers finds:"),
        ("recommends", "The Watchers recommends:"),
    ],
)
def test_each_claim_says_who_says_so_and_how(said, modality, says):
    assert said("system/odd-one.html", of=f"claim-as-{modality}").startswith(says)


def test_what_a_body_states_of_itself_is_said_by_it_and_what_the_publisher_writes_is_reported(said):
    assert said("system/crystal-ball.html", of="claim-purpose").startswith("Northshire Police said: To find those who may do harm.")
    assert said("system/crystal-ball.html", of="claim-predictive").startswith("The Watchers reports: A paper calls it predictive.")


@pytest.mark.parametrize(
    ("state", "label"),
    [
        ("withheld", "Refused"),
        ("denied", "Denied"),
        ("not-held", "Says it holds none"),
        ("unknown", "Not known"),
        ("not-asked", "Not known: nobody is on record as having asked"),
    ],
)
def test_what_is_not_known_is_never_blank(said, state, label):
    assert f"{label} Northshire Police: It was {state}." in said("system/odd-one.html", of=f"claim-state-{state}")


def test_the_five_fields_come_first_and_say_what_is_lacking(said):
    page = said("system/street-map.html")
    places = [page.index(title) for title in ("1. Intended purpose", "2. How it is operated", "3. All data types", "4. Decisions", "5. Internal reviews")]
    assert places == sorted(places)
    assert "Not known: nobody is on record as having asked What is it meant to do?" in page


def test_a_figure_stands_as_printed_with_its_range_date_and_evidence(said):
    figure = said("system/odd-one.html", of="claim-share")
    assert "10 to 12.5 %" in figure
    assert "The source gives no date. As printed: “10 to 12½ %”. Report 2025, section 1.1, from page 10, note 7 (cited)" in figure
    assert "As of June 2024. As printed: “1,413”." in said("system/crystal-ball.html", of="claim-people")


def test_evidence_names_publisher_note_and_link_as_printed(said):
    page = said("system/crystal-ball.html")
    assert "“A report”, The Watchers, February 2025." in page
    assert "Note 7: Northshire Police, “FOI response”, May 2023, https://example.org/foi" in page
    assert "In their words: “no prediction”" in page


def test_both_sides_of_a_contradiction_stand_side_by_side(said):
    for path in ("contradiction/predictive-or-not.html", "system/crystal-ball.html", "body/northshire-police.html"):
        assert re.search(r"Northshire Police, 2023 It is not\. .* The Watchers It is\.", said(path)), path
    assert "the register does not say which is right" in said("contradiction/predictive-or-not.html")


def test_figures_say_whether_they_follow_from_their_parts(said):
    assert re.search(r"50 people of group two\. Arithmetic: .+", said("statistic/by-group.html"))


def test_a_possible_flow_is_not_told_as_a_fact(said):
    assert "Possible only" in said("system/street-map.html")
    assert "Purpose not known. Basis not known." in said("system/street-map.html")


def test_a_system_leads_to_its_reconstruction_and_back(made_up_site):
    system, card = ((made_up_site / path).read_text(encoding="utf-8") for path in ("system/street-map.html", "reconstruction/rtm.html"))
    assert "../reconstruction/rtm.html" in system
    assert "../system/street-map.html" in card
    assert "../study/basildon-rtm.html" in system


def test_what_is_not_rebuilt_is_said_and_what_can_be_asked_is_a_step_away(said, made_up_site):
    page = said("system/crystal-ball.html")
    assert "We have not rebuilt it." in page
    assert "No study of ours has found anything about it: there is none yet." in page
    assert "Find your next step" in page
    assert 'href="../redress/start.html#system=crystal-ball"' in (made_up_site / "system/crystal-ball.html").read_text(encoding="utf-8")


def test_no_page_gives_a_verdict(made_up_site):
    wrong = re.compile(r"\b(lied|liar|proven|proves|exposed as|debunked|guilty|illegal system|racist system)\b", re.IGNORECASE)
    found = [f"{page.name}: {match.group()}" for page in page_checks.pages(made_up_site) for match in wrong.finditer(page.read_text(encoding="utf-8"))]
    none_of([one for one in found if not one.startswith(tuple(f"{slug}.html" for slug in ("compas-two-years", "oakland-replay")))], "Verdicts.")


def test_the_history_of_a_record_stands_on_its_page(said):
    assert "2 November 2026: changed. Mend the ball" in said("system/crystal-ball.html")
    assert "systems/gone removed" in said("changes/index.html")


def test_a_register_without_history_says_so(said):
    assert "No history came with these records." in said("system/street-map.html")
