"""Replays asked of one's own tables, and studies of them, on a made-up city; and the bundled study where its files are at hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.study import run_study
from evenhand.study.asking import ask
from evenhand.study.declaration import read_study
from evenhand.study.replay_run import FIXED, places_of, plan_of, replays_of, scores_published
from evenhand.study.shipped import find_study
from evenhand.tables.errors import BadSetting, BadStudy, MissingColumn
from tests.oracles import needed

SETTINGS = {"window_days": 20, "k": 3}
STUDY = """
kind: replay
title: A made-up city's lists
question: Do they hold more than a count?
place: Nowhere
period: early 2011
tables:
  place_events: {path: events.csv}
asks:
  replay: {system: predpol, baseline: count-map, window_days: 20, k: 3, stop: any}
  replay-feedback: {system: count-map, window_days: 20, k: 3, repetitions: 20}
readings:
  stop: [any, all]
swept: {measure: replay_captured_difference, group: predpol, reference: count-map}
answer:
  - topic: lead
    says: The list held {ours}.
    figures:
      ours: {measure: replay_captured_share, group: predpol}
parts:
  - {slug: held, title: Held, pictures: [captured-by-day], measures: [replay_captured_share]}
  - {slug: apart, title: Apart, pictures: [expected-apart], measures: [replay_expected_ratio*]}
seed: 3
replicates: 100
"""


def made_up_events(seed: int = 1) -> pd.DataFrame:
    """Fifteen places, some busier, 80 days."""
    counts = np.random.default_rng(seed).poisson(np.linspace(0.05, 0.7, 15), (80, 15))
    day, place = np.nonzero(counts)
    days = (np.datetime64("2011-01-01") + day).astype(str)
    return pd.DataFrame({"place_code": (place + 1).astype(str), "day": days, "events": counts[day, place]})


def asked(question: str = "replay", events: pd.DataFrame | None = None, **more):
    tables = {"place_events": made_up_events() if events is None else events, **more.pop("tables", {})}
    return ask(question, tables, settings={**SETTINGS, **more}, replicates=100)


def value(findings: pd.DataFrame, measure: str, group: str | None = None) -> float:
    rows = findings[(findings["measure"] == measure) & ((findings["group"] == group) | (group is None))]
    return float(rows["value"].iloc[0])


def test_a_replay_gives_the_systems_lists_beside_a_count_a_fixed_list_and_lots():
    findings = asked(places=30).findings
    shares = findings[findings["measure"] == "replay_captured_share"]
    assert list(shares["group"]) == ["predpol", "count-map", FIXED, "a list drawn by lot"]
    assert value(findings, "replay_captured_share", "a list drawn by lot") == 3 / 30
    assert set(findings["period"]) == {"2011-01-21 to 2011-03-21"}
    assert 0.3 < value(findings, "replay_captured_share", "predpol") < 0.7


def test_the_pictures_carry_their_tables():
    drawn = {picture.slug: picture for picture in asked().answer.pictures}
    assert list(drawn) == ["captured-by-day", "days-listed", "list-overlap", "captured-share", "captured-difference"]
    assert len(drawn["captured-by-day"].table) == 60
    assert drawn["days-listed"].table["place"].iloc[0] == "15"
    assert "Replay" in asked().report


def test_places_are_in_the_order_of_their_numbers():
    codes = ["10", "9", "101"]
    assert places_of(pd.DataFrame({"place_code": codes}), None) == ("9", "10", "101")
    assert places_of(pd.DataFrame({"place_code": ["b", "10", "9"]}), None) == ("10", "9", "b")


def test_nothing_after_the_last_morning_is_used():
    later = made_up_events()
    later.loc[later["day"] > "2011-02-20", "events"] += 9
    one, other = (asked(events=events, last_day="2011-02-20").findings for events in (made_up_events(), later))
    assert one["value"].equals(other["value"])


def test_discoveries_draw_expectations_apart_on_the_list_and_not_by_lot():
    findings = asked("replay-feedback", system="count-map", repetitions=20, last_days=14).findings
    assert value(findings, "replay_expected_ratio_growth", "count-map") > 1.15
    assert value(findings, "replay_expected_ratio_growth", "count-map, searches by lot") < 1


def test_published_rates_are_given_again_under_the_reading_they_were_made_with():
    plan = plan_of(made_up_events(), {"system": "predpol", "baseline": "count-map", "ties": "highest", "e_step": "published", **SETTINGS})
    scores, days = replays_of(plan)["predpol"].scores, plan.daily.days[plan.days].astype(str)
    forecasts = pd.DataFrame(
        {"place_code": np.tile(plan.daily.places, len(days)), "from": np.repeat(days, 15), "to": np.repeat(days, 15), "expected": scores.ravel()}
    )
    findings = asked("replay-published", tables={"forecasts": forecasts}).findings
    assert value(findings, "replay_published_agreement", "predpol, published E-step") == 1
    assert value(findings, "replay_published_agreement", "predpol, corrected E-step") < 1
    with pytest.raises(BadSetting, match="lacks some of the days"):
        scores_published(forecasts[forecasts["from"] > "2011-02-01"], plan)
    with pytest.raises(BadSetting, match="no column 'expected'"):
        scores_published(forecasts.drop(columns="expected"), plan)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"places": 9}, "fewer than the 15 places"),
        ({"first_day": "2011-01-05"}, "from 2011-01-21"),
        ({"last_day": "2011-05-01"}, "to 2011-03-21"),
        ({"first_day": "soon"}, "is no day"),
        ({"system": "harm-spots"}, "does not go from day to day.*count-map, predpol"),
        ({"system": "count-map", "stop": "all"}, "no setting 'stop'"),
        ({"k": 99}, "between 1 and 15"),
        ({"edge": "both"}, "lewis-mohler"),
    ],
)
def test_settings_that_cannot_be_followed_are_refused(settings, said):
    with pytest.raises(BadSetting, match=said):
        asked(**settings)


def test_months_without_days_are_refused():
    months = made_up_events().assign(month=lambda t: t["day"].str[:7]).groupby(["place_code", "month"], as_index=False)["events"].sum()
    with pytest.raises(MissingColumn, match="no column 'day'"):
        asked(events=months)


@pytest.fixture
def folder(tmp_path):
    made_up_events().to_csv(tmp_path / "events.csv", index=False)
    (tmp_path / "study.yml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "README.md").write_text("Why.", encoding="utf-8")
    return tmp_path


def test_a_study_of_a_replay_shows_both_cards_and_what_the_choices_change(folder):
    document = run_study(folder).contents
    assert [card.slug for _, card in document.cards] == ["predpol", "count-map"]
    assert [part.slug for part in document.parts] == ["held", "apart", "readings"]
    said = document.answer[-1]
    assert said.topic == "What the choices change"
    assert "runs from" in said.text
    assert said.findings[0].settings["readings"]["n_readings"] == 2


def test_the_same_study_gives_the_same_bytes(folder):
    one, two = (run_study(folder).files() for _ in range(2))
    assert one == two


def test_a_study_of_a_replay_asks_the_replay_first(folder):
    (folder / "study.yml").write_text(STUDY.replace("  replay: {system", "  replay-published: {system"), encoding="utf-8")
    with pytest.raises(BadStudy, match="asks the question `replay` first"):
        read_study(folder)


@pytest.mark.oracle("lum_isaac_oakland")
def test_asked_of_the_published_files_the_figures_are_those_of_the_published_run():
    """As in tests/published/test_lum_isaac_2016.py, by the door a reader uses."""
    folder, days = needed("lum_isaac_oakland"), {"places": 661, "first_day": "2010-12-28", "last_day": "2011-12-30"}
    crimes = next(folder.glob("drug_crimes_with_bins*"))
    findings = ask("replay", {"place_events": crimes}, settings=days, replicates=100).findings
    assert round(100 * value(findings, "replay_captured_share", "predpol"), 2) == 31.04
    assert value(findings, "replay_places_listed", "predpol") == 52
    assert round(value(findings, "replay_pai", "predpol"), 2) == 10.26


@pytest.mark.slow
@pytest.mark.oracle("lum_isaac_oakland")
def test_the_bundled_study_says_what_the_files_give(tmp_path):
    """The study as it ships, but with fewer repetitions and no sweep."""
    study = read_study(find_study("oakland-replay"), data=needed("lum_isaac_oakland"))
    asks = {**study.asks, "replay-feedback": {**study.asks["replay-feedback"], "repetitions": 20}}
    from evenhand.study import replay

    document = replay.run(study.model_copy(update={"asks": asks, "readings": {}}), lambda what, share: None)
    lead = next(sentence.text for sentence in document.answer if sentence.topic == "lead")
    assert lead.replace("\u00a0", " ").count("31.0 %") == 2
    published = next(sentence.text for sentence in document.answer if sentence.topic == "Is it their run?")
    assert "100.0 %" in published.replace("\u00a0", " ")
    assert "99.5 %" in published.replace("\u00a0", " ")
    assert not document.refused
